/** What a model of a device says of its machine, and QEMU of the guest in it. */
export class ModelMachine {
  facts = '## xepa version\nQEMU emulator version 7.2.22';
  /** Lines of QEMU's log of events; the server's clock says 1000 seconds. */
  events = '';
  /** How many of Hyper-V's ladders QEMU refuses here. */
  refusedProcessors = 1;

  ready({ kvm, vfio }: { kvm: boolean; vfio: boolean }): string {
    return `## xepa kvm\n${kvm ? 'yes' : ''}\n## xepa vfio\n${vfio ? 'yes' : ''}\n${this.facts}`;
  }

  processor(): string {
    return `## xepa processor\n${this.refusedProcessors}`;
  }

  state(pid: number | null, timer: string): string {
    const log = '## xepa log\nqemu: last words';
    return `## xepa pid\n${pid ?? ''}\n## xepa clock\n1000\n## xepa events\n${this.events}\n## xepa dead-man\n${timer}\n${log}`;
  }
}
