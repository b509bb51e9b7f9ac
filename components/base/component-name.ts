/** How the component of a system is called. Pure. */

/**
 * `rookCeph` in the configuration is `rook-ceph` as a component, in the names of its objects and of
 * its namespace.
 */
export function componentName(system: string): string {
    return system.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
