import type * as pulumi from "@pulumi/pulumi";

export interface BootstrapClientConfigurationWo {
    /**
     * **NOTE:** This field is write-only and its value will not be updated in state as part of
     * read operations.
     * The client CA certificate
     */
    caCertificate: pulumi.Input<string>;
    /**
     * **NOTE:** This field is write-only and its value will not be updated in state as part of
     * read operations.
     * The client certificate
     */
    clientCertificate: pulumi.Input<string>;
    /**
     * **NOTE:** This field is write-only and its value will not be updated in state as part of
     * read operations.
     * The client key
     */
    clientKey: pulumi.Input<string>;
}

export interface BootstrapTimeouts {
    /**
     * A string that can be parsed as a Go duration, consisting of numbers and unit suffixes, such
     * as "30s" or "2h45m". Valid time units are "s" (seconds), "m" (minutes), "h" (hours).
     */
    create?: pulumi.Input<string | undefined>;
}

export interface ConfigurationApplyClientConfigurationWo {
    /**
     * **NOTE:** This field is write-only and its value will not be updated in state as part of
     * read operations.
     * The client CA certificate
     */
    caCertificate: pulumi.Input<string>;
    /**
     * **NOTE:** This field is write-only and its value will not be updated in state as part of
     * read operations.
     * The client certificate
     */
    clientCertificate: pulumi.Input<string>;
    /**
     * **NOTE:** This field is write-only and its value will not be updated in state as part of
     * read operations.
     * The client key
     */
    clientKey: pulumi.Input<string>;
}

export interface ConfigurationApplyOnDestroy {
    /**
     * Graceful indicates whether node should leave etcd before the upgrade, it also enforces etcd
     * checks before leaving. Default true
     */
    graceful?: pulumi.Input<boolean | undefined>;
    /** Reboot indicates whether node should reboot or halt after resetting. Default false */
    reboot?: pulumi.Input<boolean | undefined>;
    /** Reset the machine to the initial state (STATE and EPHEMERAL will be wiped). Default false */
    reset?: pulumi.Input<boolean | undefined>;
}

export interface Timeout {
    /**
     * A string that can be parsed as a Go duration, consisting of numbers and unit suffixes, such
     * as "30s" or "2h45m". Valid time units are "s" (seconds), "m" (minutes), "h" (hours).
     */
    create?: pulumi.Input<string | undefined>;
    /**
     * A string that can be parsed as a Go duration, consisting of numbers and unit suffixes, such
     * as "30s" or "2h45m". Valid time units are "s" (seconds), "m" (minutes), "h" (hours). Setting
     * a timeout for a Delete operation is only applicable if changes are saved into state before
     * the destroy operation occurs.
     */
    delete?: pulumi.Input<string | undefined>;
    /**
     * A string that can be parsed as a Go duration, consisting of numbers and unit suffixes, such
     * as "30s" or "2h45m". Valid time units are "s" (seconds), "m" (minutes), "h" (hours).
     */
    update?: pulumi.Input<string | undefined>;
}

/** A Machine Secrets Certificate */
export interface Certificate {
    /** Certificate */
    cert: string;
    /** Private Key */
    key: string;
}

/** A Machine Secrets Certificate */
export interface CertificateArgs {
    /** Certificate */
    cert: pulumi.Input<string>;
    /** Private Key */
    key: pulumi.Input<string>;
}

/** A complete Machine Secrets Certificates configuration */
export interface Certificates {
    etcd: Certificate;
    k8s: Certificate;
    k8sAggregator: Certificate;
    k8sServiceaccount: Key;
    os: Certificate;
}

/** A complete Machine Secrets Certificates configuration */
export interface CertificatesArgs {
    etcd: pulumi.Input<CertificateArgs>;
    k8s: pulumi.Input<CertificateArgs>;
    k8sAggregator: pulumi.Input<CertificateArgs>;
    k8sServiceaccount: pulumi.Input<KeyArgs>;
    os: pulumi.Input<CertificateArgs>;
}

/** A Client Configuration */
export interface ClientConfiguration {
    /** The client CA certificate */
    caCertificate: pulumi.Input<string>;
    /** The client certificate */
    clientCertificate: pulumi.Input<string>;
    /** The client private key */
    clientKey: pulumi.Input<string>;
}

/** A Machine Secrets Cluster Info */
export interface Cluster {
    /** Certificate */
    id: string;
    /** Private Key */
    secret: string;
}

/** A Machine Secrets Cluster Info */
export interface ClusterArgs {
    /** Certificate */
    id: pulumi.Input<string>;
    /** Private Key */
    secret: pulumi.Input<string>;
}

/** A Machine Secrets Private Key */
export interface Key {
    /** Private Key */
    key: string;
}

/** A Machine Secrets Private Key */
export interface KeyArgs {
    /** Private Key */
    key: pulumi.Input<string>;
}

/** A Machine Secrets Bootstrap data */
export interface KubernetesSecrets {
    /** The aescbc encryption secret for the talos kubernetes cluster */
    aescbcEncryptionSecret?: string;
    /** The bootstrap token for the talos kubernetes cluster */
    bootstrapToken: string;
    /** The secretbox encryption secret for the talos kubernetes cluster */
    secretboxEncryptionSecret: string;
}

/** A Machine Secrets Bootstrap data */
export interface KubernetesSecretsArgs {
    /** The aescbc encryption secret for the talos kubernetes cluster */
    aescbcEncryptionSecret?: pulumi.Input<string | undefined>;
    /** The bootstrap token for the talos kubernetes cluster */
    bootstrapToken: pulumi.Input<string>;
    /** The secretbox encryption secret for the talos kubernetes cluster */
    secretboxEncryptionSecret: pulumi.Input<string>;
}

/** A complete Machine Secrets configuration */
export interface MachineSecrets {
    certs: Certificates;
    cluster: Cluster;
    secrets: KubernetesSecrets;
    trustdinfo: TrustdInfo;
}

/** A complete Machine Secrets configuration */
export interface MachineSecretsArgs {
    certs: pulumi.Input<CertificatesArgs>;
    cluster: pulumi.Input<ClusterArgs>;
    secrets: pulumi.Input<KubernetesSecretsArgs>;
    trustdinfo: pulumi.Input<TrustdInfoArgs>;
}

/** A Machine Secrets Trust daemon info */
export interface TrustdInfo {
    /** The trustd token for the talos kubernetes cluster */
    token: string;
}

/** A Machine Secrets Trust daemon info */
export interface TrustdInfoArgs {
    /** The trustd token for the talos kubernetes cluster */
    token: pulumi.Input<string>;
}

export interface GetDisksClientConfiguration {
    /** The client CA certificate */
    caCertificate: string;
    /** The client certificate */
    clientCertificate: string;
    /** The client key */
    clientKey: string;
}

export interface GetDisksClientConfigurationArgs {
    /** The client CA certificate */
    caCertificate: pulumi.Input<string>;
    /** The client certificate */
    clientCertificate: pulumi.Input<string>;
    /** The client key */
    clientKey: pulumi.Input<string>;
}

export interface GetDisksTimeouts {
    /**
     * A string that can be parsed as a Go duration, consisting of numbers and unit suffixes, such
     * as "30s" or "2h45m". Valid time units are "s" (seconds), "m" (minutes), "h" (hours). Read
     * operations occur during any refresh or planning operation when refresh is enabled.
     */
    read?: string;
}

export interface GetDisksTimeoutsArgs {
    /**
     * A string that can be parsed as a Go duration, consisting of numbers and unit suffixes, such
     * as "30s" or "2h45m". Valid time units are "s" (seconds), "m" (minutes), "h" (hours). Read
     * operations occur during any refresh or planning operation when refresh is enabled.
     */
    read?: pulumi.Input<string | undefined>;
}
