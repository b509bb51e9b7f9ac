import type * as pulumi from "@pulumi/pulumi";

export interface GetConfigurationClientConfiguration {
    /** The client CA certificate */
    caCertificate: string;
    /** The client certificate */
    clientCertificate: string;
    /** The client key */
    clientKey: string;
}

export interface GetConfigurationClientConfigurationArgs {
    /** The client CA certificate */
    caCertificate: pulumi.Input<string>;
    /** The client certificate */
    clientCertificate: pulumi.Input<string>;
    /** The client key */
    clientKey: pulumi.Input<string>;
}
