import type * as pulumi from "@pulumi/pulumi";
import { connect } from "../base/connection";
import type { Foundation } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import type { OidcClient as Asked } from "../base/oidc-client";
import { Part } from "../base/part";
import { GeneratedSecret, type Rotation } from "../base/secret";
import type { SignOnProvider } from "./sign-on";

/** Arguments of {@link OidcClient}. */
export interface OidcClientArgs extends Pick<Foundation, "site"> {
    /** What the definition of the system asks for. */
    readonly client: Asked;
    readonly provider: SignOnProvider;
    /** Namespace of the system. */
    readonly namespace: Namespace;
    /** Pods that ask the provider for tokens. */
    readonly pods: Readonly<Record<string, string>>;
    /** Key of the Secret for the secret; default: `client-secret`. */
    readonly key?: string;
    /** Further keys with values that are no secrets, in the form that the system wants. */
    readonly plain?: Readonly<Record<string, string>>;
    /** Labels of the Secret beyond the standard ones, for programs that look for them. */
    readonly labels?: Readonly<Record<string, string>>;
    readonly rotation: Rotation;
}

/**
 * A system that signs people on itself: its Secret in its namespace, and its way to the provider.
 * The provider knows it already, from the definition.
 */
export class OidcClient extends Part {
    /** Secret of the system with the client's secret. */
    readonly secretName: string;
    readonly ready: readonly pulumi.Resource[];

    /** @throws Error for a client that no definition asks for, or that has no secret */
    constructor(name: string, args: OidcClientArgs, opts: pulumi.ComponentResourceOptions) {
        super("identity", "OidcClient", name, args, {}, opts);
        const { client, provider, namespace, pods, plain, labels, rotation } = args;
        const { key = "client-secret" } = args;
        const secret = new GeneratedSecret(
            name,
            {
                namespace,
                generate: {},
                plain: plain ?? {},
                ...(labels === undefined ? {} : { labels }),
                made: { [key]: provider.clientSecret(client.id) },
                rotation,
            },
            { parent: this },
        );
        const way = connect(name, { from: { namespace, pods }, to: provider.reachedAt });
        this.secretName = secret.secretName;
        this.ready = [secret.object, ...way, ...provider.ready];
    }
}
