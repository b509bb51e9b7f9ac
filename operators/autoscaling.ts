/** Autoscalers, which change how many pods others make, or what these ask for. */
import type { Behaviour, NamedField } from "./behaviour";
import { keyOf, named } from "./names";
import type { Resource } from "./resource";
import { textAt } from "./values";

const keda = "keda v2.20.2: apis/keda/v1alpha1";
const authentication = {
    path: "spec.triggers[].authenticationRef",
    group: "keda.sh",
    kind: "TriggerAuthentication",
};

/** Keys of Secrets and ConfigMaps, in lists of their own. */
const authenticationNames: readonly NamedField[] = [
    { path: "spec.secretTargetRef[].name", kind: "/Secret", keys: "key" },
    { path: "spec.configMapTargetRef[].name", kind: "/ConfigMap", keys: "key" },
    ...keyOf("spec.awsSecretManager.credentials", [
        "accessKey.valueFrom.secretKeyRef",
        "accessSecretKey.valueFrom.secretKeyRef",
        "accessToken.valueFrom.secretKeyRef",
    ]),
    ...keyOf("spec", [
        "azureKeyVault.credentials.clientSecret.valueFrom.secretKeyRef",
        "gcpSecretManager.credentials.clientSecret.valueFrom.secretKeyRef",
        "oauth2.clientSecret.valueFrom.secretKeyRef",
    ]),
    ...named(
        "/ServiceAccount",
        "spec.boundServiceAccountToken[].serviceAccountName",
        "spec.hashiCorpVault.credential.serviceAccountName",
    ),
];

/** The autoscaler that KEDA makes of a ScaledObject (keda v2.20.2: controllers/keda/hpa.go, getHPAName). */
export function horizontalOf({ spec, metadata }: Resource): string {
    const own = textAt(spec, "advanced", "horizontalPodAutoscalerConfig", "name");
    return own ?? `keda-hpa-${metadata.name}`;
}

/** The rooms of the kinds. A ScaledJob makes pods, and has none until KEDA is described. */
export const autoscaling: readonly Behaviour[] = [
    {
        kind: "keda.sh/ScaledObject",
        source: keda,
        objects: (resource) => [
            {
                kind: "autoscaling/HorizontalPodAutoscaler",
                name: horizontalOf(resource),
                namespace: resource.metadata.namespace,
            },
        ],
        typedNames: [
            { path: "spec.scaleTargetRef", group: "apps", kind: "Deployment" },
            authentication,
        ],
    },
    { kind: "keda.sh/TriggerAuthentication", source: keda, names: authenticationNames },
    {
        kind: "keda.sh/ClusterTriggerAuthentication",
        source: keda,
        names: authenticationNames,
        namesWhereOperatorRuns: true,
    },
    {
        kind: "autoscaling.k8s.io/VerticalPodAutoscaler",
        source: "autoscaler vertical-pod-autoscaler-1.7.1: apis/autoscaling.k8s.io/v1/types.go",
        typedNames: [{ path: "spec.targetRef", group: "", kind: "" }],
    },
];
