export interface BootstrapClientConfigurationWo {
    /**
     * **NOTE:** This field is write-only and its value will not be updated in state as part of
     * read operations.
     * The client CA certificate
     */
    caCertificate: string;
    /**
     * **NOTE:** This field is write-only and its value will not be updated in state as part of
     * read operations.
     * The client certificate
     */
    clientCertificate: string;
    /**
     * **NOTE:** This field is write-only and its value will not be updated in state as part of
     * read operations.
     * The client key
     */
    clientKey: string;
}

export interface BootstrapTimeouts {
    /**
     * A string that can be parsed as a Go duration, consisting of numbers and unit suffixes, such
     * as "30s" or "2h45m". Valid time units are "s" (seconds), "m" (minutes), "h" (hours).
     */
    create?: string;
}

export interface ConfigurationApplyClientConfigurationWo {
    /**
     * **NOTE:** This field is write-only and its value will not be updated in state as part of
     * read operations.
     * The client CA certificate
     */
    caCertificate: string;
    /**
     * **NOTE:** This field is write-only and its value will not be updated in state as part of
     * read operations.
     * The client certificate
     */
    clientCertificate: string;
    /**
     * **NOTE:** This field is write-only and its value will not be updated in state as part of
     * read operations.
     * The client key
     */
    clientKey: string;
}

export interface ConfigurationApplyOnDestroy {
    /**
     * Graceful indicates whether node should leave etcd before the upgrade, it also enforces etcd
     * checks before leaving. Default true
     */
    graceful?: boolean;
    /** Reboot indicates whether node should reboot or halt after resetting. Default false */
    reboot?: boolean;
    /** Reset the machine to the initial state (STATE and EPHEMERAL will be wiped). Default false */
    reset?: boolean;
}

export interface Timeout {
    /**
     * A string that can be parsed as a Go duration, consisting of numbers and unit suffixes, such
     * as "30s" or "2h45m". Valid time units are "s" (seconds), "m" (minutes), "h" (hours).
     */
    create?: string;
    /**
     * A string that can be parsed as a Go duration, consisting of numbers and unit suffixes, such
     * as "30s" or "2h45m". Valid time units are "s" (seconds), "m" (minutes), "h" (hours). Setting
     * a timeout for a Delete operation is only applicable if changes are saved into state before
     * the destroy operation occurs.
     */
    delete?: string;
    /**
     * A string that can be parsed as a Go duration, consisting of numbers and unit suffixes, such
     * as "30s" or "2h45m". Valid time units are "s" (seconds), "m" (minutes), "h" (hours).
     */
    update?: string;
}

/** A Machine Secrets Certificate */
export interface Certificate {
    /** Certificate */
    cert: string;
    /** Private Key */
    key: string;
}

/** A complete Machine Secrets Certificates configuration */
export interface Certificates {
    etcd: Certificate;
    k8s: Certificate;
    k8sAggregator: Certificate;
    k8sServiceaccount: Key;
    os: Certificate;
}

/** A Client Configuration */
export interface ClientConfiguration {
    /** The client CA certificate */
    caCertificate: string;
    /** The client certificate */
    clientCertificate: string;
    /** The client private key */
    clientKey: string;
}

/** A Machine Secrets Cluster Info */
export interface Cluster {
    /** Certificate */
    id: string;
    /** Private Key */
    secret: string;
}

/** A Machine Secrets Private Key */
export interface Key {
    /** Private Key */
    key: string;
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

/** A complete Machine Secrets configuration */
export interface MachineSecrets {
    certs: Certificates;
    cluster: Cluster;
    secrets: KubernetesSecrets;
    trustdinfo: TrustdInfo;
}

/** A Machine Secrets Trust daemon info */
export interface TrustdInfo {
    /** The trustd token for the talos kubernetes cluster */
    token: string;
}

export interface GetDisksClientConfiguration {
    /** The client CA certificate */
    caCertificate: string;
    /** The client certificate */
    clientCertificate: string;
    /** The client key */
    clientKey: string;
}

export interface GetDisksDisk {
    busPath: string;
    cdrom: boolean;
    devPath: string;
    ioSize: number;
    modalias: string;
    model: string;
    prettySize: string;
    readonly: boolean;
    rotational: boolean;
    secondaryDisks: string[];
    sectorSize: number;
    serial: string;
    size: number;
    subSystem: string;
    symlinks: string[];
    transport: string;
    uuid: string;
    wwid: string;
}

export interface GetDisksTimeouts {
    /**
     * A string that can be parsed as a Go duration, consisting of numbers and unit suffixes, such
     * as "30s" or "2h45m". Valid time units are "s" (seconds), "m" (minutes), "h" (hours). Read
     * operations occur during any refresh or planning operation when refresh is enabled.
     */
    read?: string;
}
