import type * as pulumi from "@pulumi/pulumi";

export interface GetExtensionsVersionsExactFilters {
    /** The exact name match of the extension to filter by. */
    names?: string[];
}

export interface GetExtensionsVersionsExactFiltersArgs {
    /** The exact name match of the extension to filter by. */
    names?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}

export interface GetExtensionsVersionsFilters {
    /** The name of the extension to filter by. */
    names?: string[];
}

export interface GetExtensionsVersionsFiltersArgs {
    /** The name of the extension to filter by. */
    names?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}

export interface GetOverlaysVersionsFilters {
    /** The name of the overlay to filter by. */
    name?: string;
}

export interface GetOverlaysVersionsFiltersArgs {
    /** The name of the overlay to filter by. */
    name?: pulumi.Input<string | undefined>;
}

export interface GetVersionsFilters {
    /**
     * If set to true, only stable versions will be returned. If set to false, all versions will be
     * returned.
     */
    stableVersionsOnly?: boolean;
}

export interface GetVersionsFiltersArgs {
    /**
     * If set to true, only stable versions will be returned. If set to false, all versions will be
     * returned.
     */
    stableVersionsOnly?: pulumi.Input<boolean | undefined>;
}
