import type * as pulumi from "@pulumi/pulumi";

export interface KubeconfigClientConfiguration {
    /** The client CA certificate */
    caCertificate: pulumi.Input<string>;
    /** The client certificate */
    clientCertificate: pulumi.Input<string>;
    /** The client key */
    clientKey: pulumi.Input<string>;
}

export interface KubeconfigKubernetesClientConfiguration {
    /** The kubernetes CA certificate */
    caCertificate?: pulumi.Input<string | undefined>;
    /** The kubernetes client certificate */
    clientCertificate?: pulumi.Input<string | undefined>;
    /** The kubernetes client key */
    clientKey?: pulumi.Input<string | undefined>;
    /** The kubernetes host */
    host?: pulumi.Input<string | undefined>;
}

export interface KubeconfigTimeouts {
    /**
     * A string that can be parsed as a Go duration, consisting of numbers and unit suffixes, such
     * as "30s" or "2h45m". Valid time units are "s" (seconds), "m" (minutes), "h" (hours).
     */
    create?: pulumi.Input<string | undefined>;
    /**
     * A string that can be parsed as a Go duration, consisting of numbers and unit suffixes, such
     * as "30s" or "2h45m". Valid time units are "s" (seconds), "m" (minutes), "h" (hours).
     */
    update?: pulumi.Input<string | undefined>;
}

export interface GetHealthClientConfiguration {
    /** The client CA certificate */
    caCertificate: string;
    /** The client certificate */
    clientCertificate: string;
    /** The client key */
    clientKey: string;
}

export interface GetHealthClientConfigurationArgs {
    /** The client CA certificate */
    caCertificate: pulumi.Input<string>;
    /** The client certificate */
    clientCertificate: pulumi.Input<string>;
    /** The client key */
    clientKey: pulumi.Input<string>;
}

export interface GetHealthTimeouts {
    /**
     * A string that can be parsed as a Go duration, consisting of numbers and unit suffixes, such
     * as "30s" or "2h45m". Valid time units are "s" (seconds), "m" (minutes), "h" (hours). Read
     * operations occur during any refresh or planning operation when refresh is enabled.
     */
    read?: string;
}

export interface GetHealthTimeoutsArgs {
    /**
     * A string that can be parsed as a Go duration, consisting of numbers and unit suffixes, such
     * as "30s" or "2h45m". Valid time units are "s" (seconds), "m" (minutes), "h" (hours). Read
     * operations occur during any refresh or planning operation when refresh is enabled.
     */
    read?: pulumi.Input<string | undefined>;
}

export interface GetKubeconfigClientConfiguration {
    /** The client CA certificate */
    caCertificate: string;
    /** The client certificate */
    clientCertificate: string;
    /** The client key */
    clientKey: string;
}

export interface GetKubeconfigClientConfigurationArgs {
    /** The client CA certificate */
    caCertificate: pulumi.Input<string>;
    /** The client certificate */
    clientCertificate: pulumi.Input<string>;
    /** The client key */
    clientKey: pulumi.Input<string>;
}

export interface GetKubeconfigTimeouts {
    /**
     * A string that can be parsed as a Go duration, consisting of numbers and unit suffixes, such
     * as "30s" or "2h45m". Valid time units are "s" (seconds), "m" (minutes), "h" (hours). Read
     * operations occur during any refresh or planning operation when refresh is enabled.
     */
    read?: string;
}

export interface GetKubeconfigTimeoutsArgs {
    /**
     * A string that can be parsed as a Go duration, consisting of numbers and unit suffixes, such
     * as "30s" or "2h45m". Valid time units are "s" (seconds), "m" (minutes), "h" (hours). Read
     * operations occur during any refresh or planning operation when refresh is enabled.
     */
    read?: pulumi.Input<string | undefined>;
}
