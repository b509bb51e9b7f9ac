export interface KubeconfigClientConfiguration {
    /** The client CA certificate */
    caCertificate: string;
    /** The client certificate */
    clientCertificate: string;
    /** The client key */
    clientKey: string;
}

export interface KubeconfigKubernetesClientConfiguration {
    /** The kubernetes CA certificate */
    caCertificate?: string;
    /** The kubernetes client certificate */
    clientCertificate?: string;
    /** The kubernetes client key */
    clientKey?: string;
    /** The kubernetes host */
    host?: string;
}

export interface KubeconfigTimeouts {
    /**
     * A string that can be parsed as a Go duration, consisting of numbers and unit suffixes, such
     * as "30s" or "2h45m". Valid time units are "s" (seconds), "m" (minutes), "h" (hours).
     */
    create?: string;
    /**
     * A string that can be parsed as a Go duration, consisting of numbers and unit suffixes, such
     * as "30s" or "2h45m". Valid time units are "s" (seconds), "m" (minutes), "h" (hours).
     */
    update?: string;
}

export interface GetHealthClientConfiguration {
    /** The client CA certificate */
    caCertificate: string;
    /** The client certificate */
    clientCertificate: string;
    /** The client key */
    clientKey: string;
}

export interface GetHealthTimeouts {
    /**
     * A string that can be parsed as a Go duration, consisting of numbers and unit suffixes, such
     * as "30s" or "2h45m". Valid time units are "s" (seconds), "m" (minutes), "h" (hours). Read
     * operations occur during any refresh or planning operation when refresh is enabled.
     */
    read?: string;
}

export interface GetKubeconfigClientConfiguration {
    /** The client CA certificate */
    caCertificate: string;
    /** The client certificate */
    clientCertificate: string;
    /** The client key */
    clientKey: string;
}

export interface GetKubeconfigKubernetesClientConfiguration {
    /** The kubernetes CA certificate */
    caCertificate: string;
    /** The kubernetes client certificate */
    clientCertificate: string;
    /** The kubernetes client key */
    clientKey: string;
    /** The kubernetes host */
    host: string;
}

export interface GetKubeconfigTimeouts {
    /**
     * A string that can be parsed as a Go duration, consisting of numbers and unit suffixes, such
     * as "30s" or "2h45m". Valid time units are "s" (seconds), "m" (minutes), "h" (hours). Read
     * operations occur during any refresh or planning operation when refresh is enabled.
     */
    read?: string;
}
