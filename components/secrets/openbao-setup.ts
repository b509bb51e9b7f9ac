/** The Job that makes OpenBao usable. Pure. */
import { contentDigest } from "../base/content-digest";
import { resources, restrictedContainer, restrictedPod } from "../base/containers";
import type { Manifest } from "../base/object";
import { redirectAddresses } from "../base/oidc-client";
import { priorities } from "../base/priority";
import type { SignOnProvider } from "../identity/sign-on";
import {
    configuratorRole,
    memberHosts,
    openBaoHost,
    openBaoName,
    openBaoPorts,
    type OpenBaoRole,
    policyText,
    tokenVolume,
} from "./openbao-configuration";
import { openBaoClient, peoplePolicies, peopleRole, peopleRoleOf } from "./openbao-people";
import { setupPlaces, setupScript } from "./openbao-setup-script";

/** Labels of the Job's pods. */
export const setupPods = {
    "app.kubernetes.io/name": openBaoName,
    "app.kubernetes.io/component": "setup",
} as const;

/** Whoever signs people on, as far as the set-up is told. */
export interface PeopleSetup extends Pick<SignOnProvider, "issuer" | "groupsClaim"> {
    /** Whether the internal authority signs its certificate. */
    readonly hasAuthority: boolean;
    /** Domain of the site. */
    readonly domain: string;
    /** Secret with the secret of the client. */
    readonly secretName: string;
    /** Which value that is; undefined while it was never renewed. */
    readonly revision: string | undefined;
}

/** Policies of the groups, and the role that leads to them. */
function peopleFiles({ groupsClaim, domain }: PeopleSetup): Readonly<Record<string, string>> {
    const redirects = redirectAddresses(openBaoClient, domain);
    return {
        ...Object.fromEntries(
            Object.entries(peoplePolicies).map(([group, policy]) => [
                `${group}.people`,
                policyText(policy),
            ]),
        ),
        [`${peopleRole}.role`]: JSON.stringify(peopleRoleOf(groupsClaim, redirects)),
    };
}

/**
 * What the Job reads: the program, and policy and role of everybody.
 *
 * @param people undefined when nobody signs people on
 */
export function setupFiles(
    roles: readonly OpenBaoRole[],
    people: PeopleSetup | undefined,
): Manifest {
    const files = roles.flatMap((role) => [
        [`${role.name}.hcl`, policyText(role.policy)],
        [
            `${role.name}.json`,
            JSON.stringify({
                bound_service_account_names: [role.serviceAccount],
                bound_service_account_namespaces: [role.namespace],
                ...(role.audience === undefined ? {} : { audience: role.audience }),
                token_policies: [role.name],
                token_no_default_policy: true,
                token_ttl: `${role.minutes}m`,
                token_max_ttl: `${role.minutes}m`,
            }),
        ],
    ]);
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: `${openBaoName}-setup`, namespace: openBaoName },
        data: {
            "setup.sh": setupScript,
            ...(Object.fromEntries(files) as Record<string, string>),
            ...(people === undefined ? {} : peopleFiles(people)),
        },
    };
}

/** The ServiceAccount under which the Job signs on. */
export const setupAccount: Manifest = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: configuratorRole.serviceAccount, namespace: openBaoName },
    automountServiceAccountToken: false,
};

/** What the Job is told. */
export interface SetupJob {
    readonly image: string;
    readonly replicas: number;
    /** Secret with the authority in `ca.crt`. */
    readonly certificate: string;
    /** What it reads. */
    readonly files: Manifest;
    /** Undefined when nobody signs people on. */
    readonly people: PeopleSetup | undefined;
}

/** How the Job learns who signs people on. */
function peopleVariables(people: PeopleSetup | undefined): { name: string; value: string }[] {
    return people === undefined
        ? []
        : [
              { name: "ISSUER", value: people.issuer },
              { name: "CLIENT_SECRET_FILE", value: `${setupPlaces.client}/client-secret` },
              {
                  name: "ISSUER_AUTHORITY",
                  value: people.hasAuthority ? `@${setupPlaces.authority}` : "",
              },
          ];
}

/** The Job; named after what it does, so that a change makes another one. */
export function setupJob({ image, replicas, certificate, files, people }: SetupJob): Manifest {
    const mounted =
        people === undefined
            ? []
            : [{ name: "client", mountPath: setupPlaces.client, readOnly: true }];
    const client =
        people === undefined ? [] : [{ name: "client", secret: { secretName: people.secretName } }];
    const spec = {
        restartPolicy: "OnFailure",
        serviceAccountName: configuratorRole.serviceAccount,
        // A token that nobody but OpenBao accepts.
        automountServiceAccountToken: false,
        priorityClassName: priorities.platform.name,
        enableServiceLinks: false,
        securityContext: restrictedPod(100, 1000),
        containers: [
            {
                name: "setup",
                image,
                command: ["/bin/sh", `${setupPlaces.files}/setup.sh`],
                env: [
                    { name: "BAO_ADDR", value: `https://${openBaoHost}:${openBaoPorts.api}` },
                    { name: "BAO_CACERT", value: setupPlaces.authority },
                    { name: "MEMBERS", value: memberHosts(replicas).join(" ") },
                    { name: "HOME", value: "/tmp" },
                    ...peopleVariables(people),
                ],
                resources: resources("20m", "64Mi", "256Mi"),
                securityContext: restrictedContainer,
                volumeMounts: [
                    { name: "setup", mountPath: setupPlaces.files, readOnly: true },
                    { name: "authority", mountPath: "/authority", readOnly: true },
                    { name: "token", mountPath: setupPlaces.token, readOnly: true },
                    { name: "scratch", mountPath: "/tmp" },
                    ...mounted,
                ],
            },
        ],
        volumes: [
            { name: "setup", configMap: { name: files.metadata.name } },
            {
                name: "authority",
                secret: { secretName: certificate, items: [{ key: "ca.crt", path: "ca.crt" }] },
            },
            tokenVolume,
            ...client,
            { name: "scratch", emptyDir: { sizeLimit: "16Mi" } },
        ],
    };
    const known = people?.revision === undefined ? {} : { revision: people.revision };
    const digest = contentDigest({ spec, reads: files.data, ...known });
    return {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name: `${openBaoName}-setup-${digest}`, namespace: openBaoName },
        spec: {
            backoffLimit: 6,
            activeDeadlineSeconds: 1800,
            template: { metadata: { labels: setupPods }, spec },
        },
    };
}
