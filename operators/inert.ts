/**
 * Kinds of which nobody makes pods and that name nothing that could dangle, each with the reason. A
 * kind that does make pods and has no room yet must not stand here: it is "not judged" until its
 * room comes.
 */

/** Kinds of one API group, with the reason that they share. */
type Row = readonly [group: string, reason: string, ...kinds: string[]];

const APPLIED = "it applies documents of another place, which are judged where they are made";
const READ = "its controller only reads it as its configuration";
const REPORT = "it holds what a controller found out";
const POLICY = "it is enforced by pods that run anyway";

const rows: readonly Row[] = [
    [
        "cilium.io",
        "the agents on the nodes act on it",
        ...["CiliumBGPAdvertisement", "CiliumBGPClusterConfig", "CiliumBGPNodeConfig"],
        ...["CiliumBGPNodeConfigOverride", "CiliumBGPPeerConfig", "CiliumCIDRGroup"],
        ...["CiliumClusterwideEnvoyConfig", "CiliumClusterwideNetworkPolicy"],
        ...["CiliumEgressGatewayPolicy", "CiliumEnvoyConfig", "CiliumL2AnnouncementPolicy"],
        ...["CiliumLoadBalancerIPPool", "CiliumLocalRedirectPolicy", "CiliumNetworkPolicy"],
        ...["CiliumNodeConfig", "CiliumPodIPPool", "CiliumGatewayClassConfig"],
    ],
    [
        "cilium.io",
        "the agents write it for each other",
        ...["CiliumEndpoint", "CiliumEndpointSlice", "CiliumIdentity", "CiliumNode"],
    ],
    [
        "gateway.networking.k8s.io",
        "it configures the proxies of a Gateway",
        ...["BackendTLSPolicy", "GRPCRoute", "HTTPRoute", "ListenerSet", "ReferenceGrant"],
        ...["TCPRoute", "TLSRoute", "UDPRoute"],
    ],
    [
        "gateway.networking.x-k8s.io",
        "it configures the proxies of a Gateway",
        ...["XBackend", "XBackendTrafficPolicy", "XMesh"],
    ],
    [
        "gateway.envoyproxy.io",
        "it configures the proxies of a Gateway",
        ...["Backend", "BackendTrafficPolicy", "ClientTrafficPolicy"],
        ...["EnvoyExtensionPolicy", "EnvoyPatchPolicy", "HTTPRouteFilter"],
        "SecurityPolicy",
    ],
    ["extensions.istio.io", "proxies read it", "TrafficExtension", "WasmPlugin"],
    [
        "networking.istio.io",
        "proxies read it",
        ...["DestinationRule", "EnvoyFilter", "Gateway", "ProxyConfig", "ServiceEntry"],
        ...["Sidecar", "VirtualService", "WorkloadEntry", "WorkloadGroup"],
    ],
    [
        "security.istio.io",
        "proxies read it",
        ...["AuthorizationPolicy", "PeerAuthentication", "RequestAuthentication"],
    ],
    ["telemetry.istio.io", "proxies read it", "Telemetry"],
    ["sailoperator.io", "it only makes webhooks", "IstioRevisionTag"],
    ["externaldns.k8s.io", READ, "DNSEndpoint"],
    [
        "metallb.io",
        "the speakers on the nodes act on it",
        ...["BFDProfile", "Community", "IPAddressPool"],
    ],
    ["metallb.io", REPORT, "ConfigurationState", "ServiceBGPStatus", "ServiceL2Status"],
    ["frrk8s.metallb.io", READ, "FRRConfiguration"],
    ["frrk8s.metallb.io", REPORT, "BGPSessionState", "FRRNodeState"],
    ["tailscale.com", READ, "ProxyGroupPolicy", "Tailnet"],
    ["acme.cert-manager.io", "it is answered by Challenges, which it makes", "Order"],
    ["kyverno.io", POLICY, ...["CleanupPolicy", "ClusterCleanupPolicy", "ClusterPolicy", "Policy"]],
    ["kyverno.io", "Kyverno writes it for itself", "GlobalContextEntry", "UpdateRequest"],
    [
        "policies.kyverno.io",
        POLICY,
        ...["DeletingPolicy", "GeneratingPolicy", "ImageValidatingPolicy"],
        ...["MutatingPolicy", "ValidatingPolicy", "NamespacedDeletingPolicy"],
        ...["NamespacedGeneratingPolicy", "NamespacedImageValidatingPolicy"],
        ...["NamespacedMutatingPolicy", "NamespacedValidatingPolicy"],
    ],
    ["reports.kyverno.io", REPORT, "ClusterEphemeralReport", "EphemeralReport"],
    ["wgpolicyk8s.io", REPORT, "ClusterPolicyReport", "PolicyReport"],
    ["openreports.io", REPORT, "ClusterReport", "Report"],
    [
        "aquasecurity.github.io",
        REPORT,
        ...["ClusterComplianceReport", "ClusterConfigAuditReport"],
        ...["ClusterInfraAssessmentReport", "ClusterRbacAssessmentReport"],
        ...["ClusterSbomReport", "ClusterVulnerabilityReport", "ConfigAuditReport"],
        ...["ExposedSecretReport", "InfraAssessmentReport", "RbacAssessmentReport"],
        ...["SbomReport", "VulnerabilityReport"],
    ],
    ["mutations.gatekeeper.sh", POLICY, "Assign", "AssignImage", "AssignMetadata"],
    ["mutations.gatekeeper.sh", POLICY, "ModifySet"],
    ["expansion.gatekeeper.sh", POLICY, "ExpansionTemplate"],
    ["config.gatekeeper.sh", READ, "Config"],
    ["connection.gatekeeper.sh", READ, "Connection"],
    ["externaldata.gatekeeper.sh", READ, "Provider"],
    ["syncset.gatekeeper.sh", READ, "SyncSet"],
    [
        "status.gatekeeper.sh",
        REPORT,
        ...["ConfigPodStatus", "ConnectionPodStatus", "ConstraintPodStatus"],
        ...["ConstraintTemplatePodStatus", "ExpansionTemplatePodStatus"],
        ...["MutatorPodStatus", "ProviderPodStatus"],
    ],
    [
        "external-secrets.io",
        "it makes resources of kinds that have a room",
        ...["ClusterExternalSecret", "ClusterPushSecret"],
    ],
    [
        "generators.external-secrets.io",
        "the operator itself makes values of it",
        ...["ACRAccessToken", "BeyondtrustWorkloadCredentialsDynamicSecret"],
        ...["CloudsmithAccessToken", "ClusterGenerator", "ECRAuthorizationToken", "Fake"],
        ...["GCRAccessToken", "GeneratorState", "GithubAccessToken", "GitlabDeployToken"],
        ...["Grafana", "MFA", "Password", "QuayAccessToken", "SSHKey", "STSSessionToken"],
        ...["UUID", "VaultDynamicSecret", "Webhook"],
    ],
    ["ceph.rook.io", "it only names a part of a multisite setup", "CephObjectRealm"],
    ["objectbucket.io", "the provisioner writes it for a claim", "ObjectBucket"],
    ["csi.ceph.io", READ, "CephConnection", "ClientProfileMapping"],
    ["postgresql.cnpg.io", READ, "ClusterImageCatalog", "ImageCatalog"],
    ["postgresql.cnpg.io", "the operator writes it for itself", "FailoverQuorum"],
    [
        "snapshot.storage.k8s.io",
        "the snapshot controller and drivers act on it",
        ...["VolumeSnapshotClass", "VolumeSnapshotContent"],
    ],
    [
        "groupsnapshot.storage.k8s.io",
        "the snapshot controller and drivers act on it",
        ...["VolumeGroupSnapshot", "VolumeGroupSnapshotClass"],
        "VolumeGroupSnapshotContent",
    ],
    [
        "velero.io",
        "the server itself answers it",
        ...["DeleteBackupRequest", "DownloadRequest", "ServerStatusRequest"],
    ],
    [
        "longhorn.io",
        "it describes state or a setting of pods that run anyway",
        ...["Backup", "BackupBackingImage", "BackupVolume", "Engine", "EngineFrontend"],
        ...["Node", "Orphan", "Replica", "Setting", "Shard", "ShardGroup", "Snapshot"],
        ...["Volume", "VolumeAttachment"],
    ],
    [
        "longhorn.io",
        "the managers write it for the pods of which the settings tell",
        ...["BackingImageManager", "EngineImage", "InstanceManager"],
    ],
    ["autoscaling.k8s.elastic.co", "it changes an Elasticsearch", "ElasticsearchAutoscaler"],
    ["stackconfigpolicy.k8s.elastic.co", READ, "StackConfigPolicy"],
    ["monitoring.grafana.com", "Alloy reads it", "PodLogs"],
    [
        "grafana.integreatly.org",
        "the operator sends it to a Grafana",
        ...["GrafanaAlertRuleGroup", "GrafanaContactPoint", "GrafanaDashboard"],
        ...["GrafanaDatasource", "GrafanaFolder", "GrafanaLibraryPanel"],
        ...["GrafanaManifest", "GrafanaMuteTiming", "GrafanaNotificationPolicy"],
        ...["GrafanaNotificationPolicyRoute", "GrafanaNotificationTemplate"],
        "GrafanaServiceAccount",
    ],
    [
        "fluentbit.fluent.io",
        "it is a part of the configuration of a FluentBit",
        ...["ClusterFilter", "ClusterFluentBitConfig", "ClusterInput"],
        ...["ClusterMultilineParser", "ClusterOutput", "ClusterParser", "Filter"],
        ...["FluentBitConfig", "MultilineParser", "Output", "Parser"],
    ],
    [
        "fluentd.fluent.io",
        "it is a part of the configuration of a Fluentd",
        ...["ClusterFilter", "ClusterFluentdConfig", "ClusterInput", "ClusterOutput"],
        ...["Filter", "FluentdConfig", "Input", "Output"],
    ],
    ["pyrra.dev", "it becomes rules of Prometheus", "ServiceLevelObjective"],
    ["sloth.slok.dev", "it becomes rules of Prometheus", "PrometheusServiceLevel"],
    ["argoproj.io", APPLIED, "Application", "ApplicationSet"],
    ["argoproj.io", READ, "AppProject"],
    [
        "argoproj.io",
        "pods of a measurement belong to the AnalysisRun that is made of it",
        ...["AnalysisTemplate", "ClusterAnalysisTemplate"],
    ],
    ["argocd-image-updater.argoproj.io", "it changes Applications", "ImageUpdater"],
    ["helm.toolkit.fluxcd.io", APPLIED, "HelmRelease"],
    ["kustomize.toolkit.fluxcd.io", APPLIED, "Kustomization"],
    ["source.extensions.fluxcd.io", READ, "ArtifactGenerator"],
    [
        "source.toolkit.fluxcd.io",
        "the controller itself fetches it",
        ...["Bucket", "ExternalArtifact", "GitRepository", "HelmChart"],
        ...["HelmRepository", "OCIRepository"],
    ],
    [
        "image.toolkit.fluxcd.io",
        "the controller itself looks for images",
        ...["ImagePolicy", "ImageRepository", "ImageUpdateAutomation"],
    ],
    ["notification.toolkit.fluxcd.io", READ, "Alert", "Provider", "Receiver"],
    ["eventing.keda.sh", READ, "CloudEventSource", "ClusterCloudEventSource"],
    ["autoscaling.k8s.io", "the recommender writes it", "VerticalPodAutoscalerCheckpoint"],
    ["autoscaling.x-k8s.io", "the autoscaler only reckons with its pods", "CapacityBuffer"],
    ["karpenter.sh", "it makes nodes, not pods", "NodeClaim", "NodeOverlay", "NodePool"],
    [
        "karpenter.proxmox.sinextra.dev",
        "it makes nodes, not pods",
        ...["ProxmoxNodeClass", "ProxmoxTemplate", "ProxmoxUnmanagedTemplate"],
    ],
    [
        "nfd.k8s-sigs.io",
        "it becomes labels of nodes",
        ...["NodeFeature", "NodeFeatureGroup", "NodeFeatureRule"],
    ],
    ["topology.node.k8s.io", REPORT, "NodeResourceTopology"],
    [
        "rollout-operator.grafana.com",
        "it only holds back the pods of others",
        ...["ReplicaTemplate", "ZoneAwarePodDisruptionBudget"],
    ],
    [
        "platform.kratix.io",
        "Kratix itself writes it to where it belongs",
        ...["BucketStateStore", "Destination", "GitStateStore", "Work", "WorkPlacement"],
    ],
    [
        "serving.kserve.io",
        "it is a template or a model for an InferenceService",
        ...["ClusterServingRuntime", "ClusterStorageContainer", "ServingRuntime"],
        "TrainedModel",
    ],
    [
        "chaos-mesh.org",
        "the controller and the daemons on the nodes act on it",
        ...["AWSChaos", "AzureChaos", "BlockChaos", "DNSChaos", "GCPChaos", "HTTPChaos"],
        ...["IOChaos", "JVMChaos", "KernelChaos", "NetworkChaos", "PhysicalMachine"],
        ...["PhysicalMachineChaos", "PodChaos", "PodHttpChaos", "PodIOChaos"],
        ...["PodNetworkChaos", "RemoteCluster", "StatusCheck", "StressChaos", "TimeChaos"],
    ],
];

/** Groups whose kinds users make themselves, none of which makes pods; their objects are in no namespace. */
export const inertGroups: Readonly<Record<string, string>> = {
    "constraints.gatekeeper.sh":
        "Gatekeeper makes a kind of each ConstraintTemplate, and enforces it",
};

/** The reasons, by `<group>/<Kind>`. */
export const inert: Readonly<Record<string, string>> = Object.fromEntries(
    rows.flatMap(([group, reason, ...kinds]) =>
        kinds.map((kind) => [`${group}/${kind}`, reason] as const),
    ),
);
