/** A refusal in the way of Proxmox: status and sentence. */
export class ProxmoxError extends Error {
    constructor(
        /** HTTP status. */
        readonly status: number,
        message: string,
    ) {
        super(message);
    }
}
