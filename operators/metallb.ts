/** MetalLB: advertisements name the pools whose addresses they tell. */
import type { Behaviour } from "./behaviour";
import { named } from "./names";

const GROUP = "metallb.io";
const source = "metallb v0.16.1: api/v1beta1, api/v1beta2";

/** The rooms of the kinds; pools, communities and profiles name nothing. */
export const metallb: readonly Behaviour[] = [
    {
        kind: `${GROUP}/BGPAdvertisement`,
        source,
        names: [
            ...named(`${GROUP}/IPAddressPool`, "spec.ipAddressPools[]"),
            ...named(`${GROUP}/BGPPeer`, "spec.peers[]"),
        ],
    },
    {
        kind: `${GROUP}/BGPPeer`,
        source,
        names: [
            ...named(`${GROUP}/BFDProfile`, "spec.bfdProfile"),
            ...named("/Secret", "spec.passwordSecret.name"),
        ],
    },
    {
        kind: `${GROUP}/L2Advertisement`,
        source,
        names: named(`${GROUP}/IPAddressPool`, "spec.ipAddressPools[]"),
    },
];
