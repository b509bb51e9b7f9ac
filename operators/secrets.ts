/** Operators that write Secrets from somewhere else. */
import type { Behaviour, MadeValues, Resource } from "./behaviour";
import { keyOf, kinds, named } from "./names";
import { unnamedKeys } from "./pods";
import { textAt, treeAt } from "./values";

/** https://github.com/bitnami-labs/sealed-secrets#usage */
function sealed({ spec, metadata }: Resource): MadeValues[] {
    const template = treeAt(spec, "template");
    return [
        {
            name: textAt(template, "metadata", "name") ?? metadata.name,
            keys: [
                ...Object.keys(treeAt(spec, "encryptedData")),
                ...Object.keys(treeAt(template, "data")),
            ],
        },
    ];
}

/** https://external-secrets.io/latest/api/externalsecret/: the target, by default of its own name. */
function external({ spec, metadata }: Resource): MadeValues[] {
    return [unnamedKeys(textAt(spec, "target", "name") ?? metadata.name)];
}

const GROUP = "external-secrets.io";
const store = (path: string) => ({ path, group: GROUP, kind: "SecretStore" });
const vault = "spec.provider.vault";

/** Credentials of the stores that this platform can reach without a cloud. */
const storeNames = [
    ...keyOf(`${vault}.auth`, [
        "appRole.roleRef",
        "appRole.secretRef",
        "cert.secretRef",
        "jwt.secretRef",
        "kubernetes.secretRef",
        "ldap.secretRef",
        "tokenSecretRef",
        "userPass.secretRef",
    ]),
    ...keyOf(`${vault}.tls`, ["certSecretRef", "keySecretRef"]),
    ...named("/ServiceAccount", `${vault}.auth.kubernetes.serviceAccountRef.name`),
];
const externalSource = "external-secrets v2.9.0: apis/externalsecrets/v1";

/** The room of the kind of Sealed Secrets. */
export const sealedSecrets: readonly Behaviour[] = [
    {
        kind: "bitnami.com/SealedSecret",
        source: "sealed-secrets v0.38.4: pkg/apis/sealedsecrets/v1alpha1",
        secrets: sealed,
    },
];

/** The rooms of the kinds of External Secrets. */
export const externalSecrets: readonly Behaviour[] = [
    {
        kind: `${GROUP}/ExternalSecret`,
        source: externalSource,
        secrets: external,
        names: [
            ...named(kinds.secret, "spec.target.template.templateFrom[].secret.name"),
            ...named(kinds.configMap, "spec.target.template.templateFrom[].configMap.name"),
        ],
        typedNames: [
            store("spec.secretStoreRef"),
            store("spec.data[].sourceRef.storeRef"),
            store("spec.dataFrom[].sourceRef.storeRef"),
        ],
    },
    {
        kind: `${GROUP}/PushSecret`,
        source: externalSource,
        names: named(kinds.secret, "spec.selector.secret.name"),
        typedNames: [store("spec.secretStoreRefs[]")],
    },
    { kind: `${GROUP}/SecretStore`, source: externalSource, names: storeNames },
    {
        kind: `${GROUP}/ClusterSecretStore`,
        source: externalSource,
        names: storeNames,
        namesWhereOperatorRuns: true,
    },
];
