/** Every operator's room, by kind, and the kinds of which no operator makes pods. */
import { airflow } from "./airflow";
import { apicurio } from "./apicurio";
import { argoRollouts } from "./argo-rollouts";
import { argoWorkflows } from "./argo-workflows";
import { autoscaling } from "./autoscaling";
import { backup } from "./backup";
import type { Behaviour } from "./behaviour";
import { cephCsi } from "./ceph-csi";
import { certManager } from "./cert-manager";
import { chaosMesh } from "./chaos-mesh";
import { cloudNativePg } from "./cloudnative-pg";
import { eck } from "./eck";
import { envoyGateway } from "./envoy-gateway";
import { gatekeeper } from "./gatekeeper";
import { gatewayApi } from "./gateway-api";
import { grafanaOperator } from "./grafana-operator";
import { jupyterhub } from "./jupyterhub";
import { keycloak } from "./keycloak";
import { kratix } from "./kratix";
import { kserve } from "./kserve";
import { kubeflow } from "./kubeflow";
import { kyverno } from "./kyverno";
import { longhorn } from "./longhorn";
import { metallb } from "./metallb";
import { oneByKind } from "./one-by-kind";
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

export { inert, inertGroups } from "./inert";

const rooms: readonly (readonly Behaviour[])[] = [
    airflow,
    apicurio,
    argoRollouts,
    argoWorkflows,
    autoscaling,
    backup,
    cephCsi,
    certManager,
    chaosMesh,
    cloudNativePg,
    eck,
    envoyGateway,
    externalSecrets,
    gatekeeper,
    gatewayApi,
    grafanaOperator,
    jupyterhub,
    keycloak,
    kratix,
    kserve,
    kubeflow,
    kyverno,
    longhorn,
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

/** What operators make, by `<group>/<Kind>`. */
export const behaviours: ReadonlyMap<string, Behaviour> = oneByKind(rooms.flat());
