/** Facts by what they have in common, so that no criterion needs to look at all of them. */

/** Groups of things, each in the order in which its members came. */
export class Groups<T extends { readonly urn: string }> {
    private readonly groups = new Map<string, Map<string, T>>();

    /** Adds a thing, or replaces the one with its URN at the same place. */
    add(key: string, item: T): void {
        const group = this.groups.get(key);
        if (group === undefined) {
            this.groups.set(key, new Map([[item.urn, item]]));
        } else {
            group.set(item.urn, item);
        }
    }

    remove(key: string, urn: string): void {
        this.groups.get(key)?.delete(urn);
    }

    get(key: string): T[] {
        return [...(this.groups.get(key)?.values() ?? [])];
    }
}
