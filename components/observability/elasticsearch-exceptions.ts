/** Where Elasticsearch departs from a criterion on purpose. */
import type { Exception } from "../base/exceptions";

export const elasticsearchExceptions: readonly Exception[] = [
    {
        criterion: "DR-02",
        resource: "Elasticsearch/elastic/elasticsearch",
        reason:
            "Copies of its volumes would be of different moments, which Elasticsearch does not read: " +
            "it makes snapshots of its own every night, in a bucket.",
        guard:
            "each document is on the volumes of two nodes on different Proxmox hosts, Loki keeps the " +
            "same lines, an alert tells when a snapshot is late, and no platform is built from logs",
        expires: "2027-05-31",
    },
];
