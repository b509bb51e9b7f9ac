/**
 * Name of the pool of machines that come and go by demand: its nodes are called after it, with five
 * characters that Kubernetes generates. Who makes them is above who approves their certificates.
 */
export const nodePool = "karpenter";
