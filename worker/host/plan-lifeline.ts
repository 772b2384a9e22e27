import type { BondedPort, LifelinePlan } from '../../core/contracts/lifeline.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import type { Nic, Survey } from '../../core/contracts/survey.ts';
import { networkInWords } from './network-words.ts';
import type { PlanInput, PlanResult } from './plan-types.ts';
import { nicInWords } from './words.ts';

/** The two ports of a move: the first one goes into the VM, the other one carries our connection. */
interface Move {
  given: Nic;
  carries: Nic;
  portId: string;
}

/**
 * A plan for the server as it will be once our connection has moved to another port of the bond. Nothing has moved yet; the
 * step that does it compares.
 * @param plan makes a plan for a survey
 */
export function planWithMove(
  input: PlanInput,
  ports: readonly BondedPort[],
  plan: (input: PlanInput) => PlanResult,
): PlanResult {
  const { survey } = input;
  const move = chooseMove(survey, ports);
  if ('refusal' in move) {
    const planned = plan(input);
    const [refusals, warnings] = 'plan' in planned ? [[], planned.plan.warnings] : [planned.refusals, planned.warnings];
    return { refusals: [...refusals, move.refusal], warnings };
  }
  const planned = plan({ ...input, survey: afterMove(survey, move), give: move.given.mac });
  return 'plan' in planned ? { plan: told(planned.plan, survey, move) } : planned;
}

/** The port that carries our connection now is the one to be given; of the others the last one carries it from then on. */
function chooseMove(survey: Survey, ports: readonly BondedPort[]): Move | { refusal: string } {
  const real = survey.nics.filter(({ kind, pci }) => kind === 'physical' && pci !== null);
  const members = ports.map((port) => ({ port, nic: real.find(({ mac }) => mac === port.mac) }));
  const unseen = members.filter(({ nic }) => !nic).map(({ port }) => `${port.name} (${port.mac})`);
  if (unseen.length > 0) return { refusal: `${cannot} the rescue system shows no port ${unseen.join(', ')}.` };
  const lifelines = survey.nics.filter(({ lifeline }) => lifeline);
  const [given] = lifelines;
  const others = members.flatMap(({ port, nic }) => (nic && nic !== given ? [{ port, nic }] : []));
  const carries = others.at(-1);
  if (lifelines.length !== 1 || !given || others.length === members.length || !carries) {
    const now = lifelines.map(nicInWords).join(', ') || 'no port that can be told';
    return { refusal: `${cannot} it has to stand on exactly one port of the provider's bond, and stands on ${now}.` };
  }
  return { given, carries: carries.nic, portId: carries.port.id };
}

const cannot = 'Our own connection cannot move:';

function afterMove(survey: Survey, { carries }: Move): Survey {
  return { ...survey, nics: survey.nics.map((nic) => ({ ...nic, lifeline: nic.mac === carries.mac })) };
}

/** What to put back on the port where the server stays in rescue. */
function lifelinePlan({ routes }: Survey, { given, carries, portId }: Move): LifelinePlan {
  const own = given.networks.filter(({ scope, address }) => scope === 'global' && !address.includes(':'));
  const route = routes.filter(({ family, to, nic }) => family === 4 && to === 'default' && nic === given.name);
  const gateway = route.toSorted((a, b) => a.metric - b.metric)[0]?.via ?? null;
  const addresses = own.map(({ address, prefix }) => `${address}/${prefix}`);
  return { given: given.mac, carries: carries.mac, portId, before: { addresses, gateway } };
}

function told(plan: Plan, survey: Survey, move: Move): Plan {
  const ladder = plan.ladder.map((placement) => {
    if (placement.part !== 'nic') return placement;
    const how = `${placement.how} Before that our own connection moves to ${nicInWords(move.carries)}: the provider takes that port out of the bond and gives it a network of its own. All of it is taken back at the end, however this ends.`;
    const risks = [
      'Until then the server has no bond, and the provider may bill the addresses of the second network.',
      ...placement.risks,
      ...networkInWords(survey).map((line) => `To enter in the installer: ${line}.`),
    ];
    return { ...placement, how, risks };
  });
  return { ...plan, ladder, lifeline: lifelinePlan(survey, move) };
}
