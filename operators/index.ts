/** Every operator's room, by kind, and the kinds of which no operator makes pods. */
import { argoRollouts } from "./argo-rollouts";
import { autoscaling } from "./autoscaling";
import { backup } from "./backup";
import type { Behaviour } from "./behaviour";
import { cephCsi } from "./ceph-csi";
import { certManager } from "./cert-manager";
import { chaosMesh } from "./chaos-mesh";
import { cloudNativePg } from "./cloudnative-pg";
import { eck } from "./eck";
import { envoyGateway } from "./envoy-gateway";
import { gatewayApi } from "./gateway-api";
import { grafanaOperator } from "./grafana-operator";
import { jupyterhub } from "./jupyterhub";
import { keycloak } from "./keycloak";
import { kserve } from "./kserve";
import { kyverno } from "./kyverno";
import { metallb } from "./metallb";
import { openTelemetry } from "./opentelemetry-operator";
import { prometheusOperator } from "./prometheus-operator";
import { redisOperator } from "./redis-operator";
import { rook } from "./rook";
import { sail } from "./sail";
import { externalSecrets, sealedSecrets } from "./secrets";
import { strimzi } from "./strimzi";
import { tailscale } from "./tailscale";
import { talos } from "./talos";
import { tekton } from "./tekton";
import { trivyOperator } from "./trivy-operator";
import { vcluster } from "./vcluster";

export { inert } from "./inert";

const rooms: readonly (readonly Behaviour[])[] = [
    argoRollouts,
    autoscaling,
    backup,
    cephCsi,
    certManager,
    chaosMesh,
    cloudNativePg,
    eck,
    envoyGateway,
    externalSecrets,
    gatewayApi,
    grafanaOperator,
    jupyterhub,
    keycloak,
    kserve,
    kyverno,
    metallb,
    openTelemetry,
    prometheusOperator,
    redisOperator,
    rook,
    sail,
    sealedSecrets,
    strimzi,
    tailscale,
    talos,
    tekton,
    trivyOperator,
    vcluster,
];

/** Every room. */
export const allRooms: readonly Behaviour[] = rooms.flat();

/**
 * What operators make, by `<group>/<Kind>`; of kinds that others use too the first room, see
 * {@link behaviourFor}.
 */
export const behaviours: ReadonlyMap<string, Behaviour> = new Map(
    [...allRooms].reverse().map((behaviour) => [behaviour.kind, behaviour]),
);

/** Rooms of kinds that several operators are told by, each by objects with names of its own. */
const shared = allRooms.filter((room) => behaviours.get(room.kind) !== room);

function isAbout({ only }: Behaviour, name: string): boolean {
    return only === undefined || ("test" in only ? only.test(name) : only.includes(name));
}

/** The room of an object; undefined where no operator is told by it. */
export function behaviourFor(kind: string, name: string): Behaviour | undefined {
    const first = behaviours.get(kind);
    return first === undefined || isAbout(first, name)
        ? first
        : shared.find((room) => room.kind === kind && isAbout(room, name));
}
