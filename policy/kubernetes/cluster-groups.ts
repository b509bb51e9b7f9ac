/** Groups whose CRDs the cluster itself brings (IAC-06), each with who registers them. */
export const groupsOfTheCluster: Readonly<Record<string, string>> = {
    "cilium.io": "the Cilium operator registers its CRDs when it starts",
    "talos.dev": "Talos serves its own resources",
};
