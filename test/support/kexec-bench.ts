import { StepBench } from './step-bench.ts';

/**
 * In rescue, on Intel, with the IOMMU left out on the command line; the kernel that is started in its place has it on.
 * The step `survey` is still to come.
 */
export class KexecBench extends StepBench {
  /** Boot id of the kernel that the provider has started. */
  before = '';

  async ready(): Promise<this> {
    const { device } = this;
    const whole = device.surveyText.replace('## xepa cpu', '## xepa acpi\nDMAR\n## xepa cpu');
    device.surveyText = whole
      .replace('dmar0\n', '')
      .replace(' intel_iommu=on', ' intel_iommu=off')
      .replace('\nkexec\n', '\n');
    device.surveyText = device.surveyText.replace('## xepa tools\n', '## xepa tools\nkexec\n');
    const start = device.onNewKernel;
    device.onNewKernel = (cmdline) => {
      start(cmdline);
      device.surveyText = cmdline.includes('intel_iommu=on') ? whole : device.surveyText;
    };
    await this.through('reserve', 'rescue', 'reach');
    this.before = device.bootId;
    return this;
  }

  /** Looks at the step until it ends, as the engine does, with a little time in between. */
  async survey(meanwhile: () => void = () => undefined): Promise<void> {
    for (let looks = 0; looks < 40; looks += 1) {
      if ((await this.run('survey')).kind === 'done') return;
      this.clock.forward(30_000);
      meanwhile();
    }
    throw new Error('the survey does not end');
  }

  get kexec() {
    return this.record.facts.kexec;
  }

  get diskRung() {
    return this.record.facts.plan?.ladder[0];
  }

  /** Why the kernel was not started anew, or did not help, as the plan says it. */
  get whyNot(): string | undefined {
    return this.diskRung?.refused.find(({ rung }) => rung === 'kexec')?.why;
  }
}
