import { startIronicSite } from './ironic-site.ts';
import { startLatitudeSite } from './latitude-site.ts';
import { startLeasewebSite } from './leaseweb-site.ts';
import { startMaasSite } from './maas-site.ts';
import { startOvhSite } from './ovh-site.ts';
import { startRobotSite } from './robot-site.ts';
import { startScalewaySite } from './scaleway-site.ts';
import { startServerscomSite } from './serverscom-site.ts';
import type { SiteOrder } from './site.ts';

/** The same servers behind the APIs of other providers, by the ids that their adapters have. */
export type Sites = Awaited<ReturnType<typeof startSites>>;

/** @param delayMs milliseconds between an accepted request and its effect */
export async function startSites(delayMs: number) {
  return {
    'hetzner-robot': await startRobotSite(delayMs),
    ovhcloud: await startOvhSite(delayMs),
    scaleway: await startScalewaySite(delayMs),
    leaseweb: await startLeasewebSite(delayMs),
    serverscom: await startServerscomSite(delayMs),
    latitude: await startLatitudeSite(delayMs),
    maas: await startMaasSite(delayMs),
    ironic: await startIronicSite(delayMs),
  };
}

/** Lets all of them have a server; answers with its id at each. */
export function addEverywhere(sites: Sites, order: SiteOrder): Readonly<Record<keyof Sites, string>> {
  return {
    'hetzner-robot': sites['hetzner-robot'].add(order),
    ovhcloud: sites.ovhcloud.add(order),
    scaleway: sites.scaleway.add(order),
    leaseweb: sites.leaseweb.add(order),
    serverscom: sites.serverscom.add(order),
    latitude: sites.latitude.add(order),
    maas: sites.maas.add(order),
    ironic: sites.ironic.add(order),
  };
}
