/**
 * The kubeconfig that people get. There is no secret in it: `kubectl` starts kubelogin
 * (https://github.com/int128/kubelogin, v1.36), which signs people on in their browser and keeps
 * their token for an hour. Pure.
 */
import * as yaml from "js-yaml";
import { peopleAtApi } from "../../trust/people";

/** What tokens for the Kubernetes API must say of people. */
export const kubectlScopes = ["openid", "profile", "email", "groups"] as const;

/** What is written into it. */
export interface PeopleKubeconfig {
    /** Name of the cluster. */
    readonly name: string;
    /** URL of the Kubernetes API. */
    readonly server: string;
    /** PEM in base64 of who signs the API server's certificate; undefined when everybody trusts it. */
    readonly authority: string | undefined;
    readonly issuer: {
        readonly url: string;
        /** PEM of who signs the issuer's certificate; default: the authorities of their machine. */
        readonly certificateAuthority?: string;
    };
}

/** How kubelogin is started. It asks for `openid` by itself. */
function loginArguments({ url, certificateAuthority }: PeopleKubeconfig["issuer"]): string[] {
    const authority =
        certificateAuthority === undefined
            ? []
            : [
                  `--certificate-authority-data=${Buffer.from(certificateAuthority).toString("base64")}`,
              ];
    return [
        "oidc-login",
        "get-token",
        `--oidc-issuer-url=${url}`,
        `--oidc-client-id=${peopleAtApi.audience}`,
        ...kubectlScopes
            .filter((scope) => scope !== "openid")
            .map((scope) => `--oidc-extra-scope=${scope}`),
        // Without a secret it is the proof that whoever comes back is who went.
        "--oidc-pkce-method=S256",
        ...authority,
    ];
}

/** The text of the kubeconfig. */
export function peopleKubeconfig({ name, server, authority, issuer }: PeopleKubeconfig): string {
    const user = `${name}-oidc`;
    return yaml.dump(
        {
            apiVersion: "v1",
            kind: "Config",
            clusters: [
                {
                    name,
                    cluster: {
                        server,
                        ...(authority === undefined
                            ? {}
                            : { "certificate-authority-data": authority }),
                    },
                },
            ],
            users: [
                {
                    name: user,
                    user: {
                        exec: {
                            apiVersion: "client.authentication.k8s.io/v1",
                            command: "kubectl",
                            args: loginArguments(issuer),
                            interactiveMode: "IfAvailable",
                            installHint:
                                "kubectl oidc-login is missing: kubectl krew install oidc-login, or brew install kubelogin",
                        },
                    },
                },
            ],
            contexts: [{ name, context: { cluster: name, user } }],
            "current-context": name,
        },
        { lineWidth: -1 },
    );
}
