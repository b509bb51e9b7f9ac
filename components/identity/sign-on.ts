/**
 * Whoever signs people on by OpenID Connect, as its clients see it: the one interface between the
 * systems that ask for a client (`capabilities.signOn`) and the one that answers.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { Endpoint } from "../base/connection";

/** Addresses of a provider, as browsers and programs call them. */
export interface ProviderEndpoints {
    /** The discovery document, from which most clients learn the others. */
    readonly discovery: string;
    readonly authorization: string;
    readonly token: string;
    readonly userInfo: string;
    readonly keys: string;
}

/** A provider that knows every client of the definitions that are on. */
export interface SignOnProvider {
    /** What tokens name as their issuer, and where discovery starts: no slash at the end. */
    readonly issuer: string;
    readonly endpoints: ProviderEndpoints;
    /**
     * Where programs in the cluster reach these addresses: the proxies of the gateway, to which the
     * issuer's name leads. Asked past them, a provider would name another issuer.
     */
    readonly reachedAt: Endpoint;
    /**
     * Signs the certificate that the issuer shows; undefined when it is one that every program
     * trusts by itself.
     */
    readonly authority: pulumi.Resource | undefined;
    /** Claim with the groups of a person, in tokens and user info. */
    readonly groupsClaim: string;
    /** What must run before anybody can sign on. */
    readonly ready: readonly pulumi.Resource[];
    /**
     * The secret of a client, which the provider made; it keeps only what it must compare.
     *
     * @throws Error for a client that no definition asks for, or that has no secret
     */
    clientSecret(id: string): pulumi.Output<string>;
}
