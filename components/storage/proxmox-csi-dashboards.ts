/** Volumes on the disks of Proxmox hosts. Pure. */
import { answering, type Dashboard, rates, slowest } from "../base/dashboard";

export const proxmoxCsiDashboards: readonly Dashboard[] = [
    {
        name: "proxmox-volumes",
        title: "Volumes of Proxmox",
        purpose: "Whether Proxmox makes and attaches the volumes that pods wait for.",
        rows: [
            {
                title: "What Proxmox is asked for",
                panels: [
                    answering("proxmox-csi"),
                    rates(
                        "Requests",
                        'proxmox_api_request_duration_seconds_count{job="proxmox-csi"}',
                        "request",
                    ),
                    rates(
                        "Errors",
                        'proxmox_api_request_errors_total{job="proxmox-csi"}',
                        "request",
                    ),
                    slowest(
                        "Slowest of a hundred",
                        'proxmox_api_request_duration_seconds_bucket{job="proxmox-csi"}',
                        "request",
                    ),
                ],
            },
        ],
    },
];
