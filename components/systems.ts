/**
 * Every system of the platform, in the order of the layers: the only list. From it follow the
 * configuration schema, what needs what, the charts, the secrets and the generated documents. What
 * is said of a system stands in its own file; how systems are wired, in the `layer.ts` beside it.
 */
import { z } from "zod";
import { kafkaDemo } from "./apps/kafka-demo";
import { audiobookshelf } from "./apps/audiobookshelf";
import { matrix } from "./apps/matrix";
import { n8n } from "./apps/n8n";
import { ollama } from "./apps/ollama";
import { chaosMesh } from "./backup/chaos-mesh";
import { etcdBackup } from "./backup/etcd-backup";
import { restoreTests } from "./backup/restore-tests";
import { velero } from "./backup/velero";
import type { AnyDefinition, SecretDefinition, SettingsOf } from "./base/definition";
import { appsDb } from "./data/apps-db";
import { barmanCloud } from "./data/barman-cloud";
import { cloudnativePg } from "./data/cloudnative-pg";
import { identityDb } from "./data/identity-db";
import { mlDb } from "./data/ml-db";
import { kafka } from "./data/kafka";
import { influxDb } from "./data/influxdb";
import { kafkaConnect } from "./data/kafka-connect";
import { platformDb } from "./data/platform-db";
import { schemaRegistry } from "./data/schema-registry";
import { redisOperator } from "./data/redis-operator";
import { argoCd } from "./delivery/argo-cd";
import { argoRollouts } from "./delivery/argo-rollouts";
import { backstage } from "./delivery/backstage";
import { canaryDemo } from "./delivery/canary-demo";
import { tekton } from "./delivery/tekton";
import { fluxEdge } from "./edge/flux-edge";
import { k3sEdge } from "./edge/k3s-edge";
import { gatewayApi } from "./foundation/gateway-api";
import { prometheusOperatorCrds } from "./foundation/prometheus-operator-crds";
import { rbac } from "./foundation/rbac";
import { authelia } from "./identity/authelia";
import { keycloak } from "./identity/keycloak";
import { lldap } from "./identity/lldap";
import { airflow } from "./ml/airflow";
import { feast } from "./ml/feast";
import { jupyterhub } from "./ml/jupyterhub";
import { kserve } from "./ml/kserve";
import { kubeflow } from "./ml/kubeflow-definition";
import { mlflow } from "./ml/mlflow";
import { envoyGateway } from "./gateway/envoy-gateway";
import { cilium } from "./network/cilium";
import { cloudflareTunnel } from "./network/cloudflare-tunnel";
import { externalDns } from "./network/external-dns";
import { istio } from "./network/istio";
import { metallb } from "./network/metallb";
import { sailOperator } from "./network/sail-operator";
import { tailscale } from "./network/tailscale";
import { alloy } from "./observability/alloy";
import { eckOperator } from "./observability/elasticsearch";
import { falco } from "./observability/falco";
import { blackboxExporter } from "./observability/blackbox-exporter";
import { jaeger } from "./observability/jaeger";
import { fluentBit } from "./observability/fluent-bit";
import { fluentd } from "./observability/fluentd";
import { kibana } from "./observability/kibana";
import { loki } from "./observability/loki";
import { grafanaOperator } from "./observability/grafana-operator";
import { alertRouting } from "./observability/alert-routing";
import { keep } from "./observability/keep";
import { robusta } from "./observability/robusta";
import { kubePrometheusStack } from "./observability/kube-prometheus-stack";
import { metricsServer } from "./observability/metrics-server";
import { trivyOperator } from "./observability/trivy-operator";
import { kubecost } from "./observability/kubecost";
import { openCost } from "./observability/opencost";
import { openTelemetry } from "./observability/opentelemetry";
import { tempo } from "./observability/tempo";
import { thanos } from "./observability/thanos";
import { vector } from "./observability/vector";
import { certManager } from "./security/cert-manager";
import { gatekeeper } from "./security/gatekeeper";
import { kubeBench } from "./security/kube-bench";
import { kubeletCsrApprover } from "./security/kubelet-csr-approver";
import { kyverno } from "./security/kyverno";
import { sealedSecrets } from "./security/sealed-secrets";
import { descheduler } from "./scaling/descheduler";
import { karpenter } from "./scaling/karpenter";
import { keda } from "./scaling/keda";
import { nvidiaDevicePlugin } from "./scaling/nvidia-device-plugin";
import { siteSecrets } from "./site-schema";
import { externalSecrets } from "./secrets/external-secrets";
import { openBao } from "./secrets/openbao";
import { longhorn } from "./storage/longhorn";
import { proxmoxCsi } from "./storage/proxmox-csi";
import { rookCeph } from "./storage/rook-ceph";
import { volumeSnapshots } from "./storage/volume-snapshots";
import { tenants } from "./tenancy/tenants";
import { kratix } from "./tenancy/kratix";
import { vcluster } from "./tenancy/vcluster";
import { goldilocks } from "./observability/goldilocks";
import { verticalPodAutoscaler } from "./observability/vertical-pod-autoscaler";

/** The list. */
export const systems = [
    rbac,
    gatewayApi,
    prometheusOperatorCrds,
    cilium,
    metallb,
    externalDns,
    cloudflareTunnel,
    tailscale,
    sailOperator,
    istio,
    kubeletCsrApprover,
    certManager,
    sealedSecrets,
    kyverno,
    gatekeeper,
    kubeBench,
    envoyGateway,
    volumeSnapshots,
    rookCeph,
    proxmoxCsi,
    longhorn,
    cloudnativePg,
    barmanCloud,
    identityDb,
    platformDb,
    appsDb,
    mlDb,
    redisOperator,
    kafka,
    kafkaConnect,
    schemaRegistry,
    influxDb,
    lldap,
    authelia,
    keycloak,
    keda,
    descheduler,
    karpenter,
    nvidiaDevicePlugin,
    argoCd,
    argoRollouts,
    canaryDemo,
    backstage,
    tekton,
    n8n,
    mlflow,
    kserve,
    kubeflow,
    jupyterhub,
    feast,
    airflow,
    kafkaDemo,
    audiobookshelf,
    ollama,
    matrix,
    tenants,
    vcluster,
    kratix,
    openBao,
    externalSecrets,
    metricsServer,
    verticalPodAutoscaler,
    goldilocks,
    loki,
    eckOperator,
    kibana,
    alloy,
    vector,
    fluentd,
    fluentBit,
    trivyOperator,
    kubePrometheusStack,
    falco,
    thanos,
    openTelemetry,
    tempo,
    openCost,
    kubecost,
    jaeger,
    grafanaOperator,
    keep,
    k3sEdge,
    fluxEdge,
    blackboxExporter,
    alertRouting,
    robusta,
    velero,
    etcdBackup,
    restoreTests,
    chaosMesh,
] as const;

type Listed = (typeof systems)[number];
/** Key of a system below `systems` in the configuration. */
export type SystemName = Listed["name"];
/** What the configuration says of each system. */
export type SystemsConfiguration = {
    readonly [D in Listed as D["name"]]: SettingsOf<D> & { readonly enabled?: boolean };
};

const shape = Object.fromEntries(
    systems.map(({ name, purpose, schema }: AnyDefinition & { schema: z.ZodType }) => [
        name,
        schema.prefault({}).describe(purpose),
    ]),
);

/** What may be written below `systems`. */
export const systemsSchema = z
    .strictObject(shape)
    .prefault({})
    .describe("the systems of the platform, by name") as unknown as z.ZodType<SystemsConfiguration>;

/** Stand-ins of secrets that have a form, for whoever previews without the real ones. */
export const secretStandIns: Readonly<Record<string, string>> = Object.fromEntries(
    systems.flatMap(({ secrets }) =>
        Object.entries<SecretDefinition>(secrets).flatMap(([key, { standIn }]) =>
            standIn === undefined ? [] : [[key, standIn]],
        ),
    ),
);

/** What each secret key of the project is, the site's first. */
export const secretDescriptions: Readonly<Record<string, string>> = {
    ...siteSecrets,
    ...Object.fromEntries(
        systems.flatMap(({ secrets }) =>
            Object.entries<SecretDefinition>(secrets).map(([key, { description }]) => [
                key,
                description,
            ]),
        ),
    ),
};
