/** How what edge sites tell is called. Pure. */

/** Values of the label `job` of what sites send, with metrics that alerts and dashboards use. */
export const edgeJobs = {
    agent: "edge-agent",
    node: "edge-node",
    kubelet: "edge-kubelet",
    flux: "edge-flux",
} as const;

/** Label with the name of the site on all that it sends. */
export const SITE_LABEL = "edge_site";
