/** How the component of a system is called, and how it must stay called. */

/** `rookCeph` in the configuration is `rook-ceph` as a component and in the names of its objects. */
export function componentName(system: string): string {
    return system.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
