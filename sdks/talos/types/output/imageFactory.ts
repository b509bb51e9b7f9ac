export interface GetExtensionsVersionsExactFilters {
    /** The exact name match of the extension to filter by. */
    names?: string[];
}

export interface GetExtensionsVersionsExtensionsInfo {
    author: string;
    description: string;
    digest: string;
    name: string;
    ref: string;
}

export interface GetExtensionsVersionsFilters {
    /** The name of the extension to filter by. */
    names?: string[];
}

export interface GetOverlaysVersionsFilters {
    /** The name of the overlay to filter by. */
    name?: string;
}

export interface GetOverlaysVersionsOverlaysInfo {
    digest: string;
    image: string;
    name: string;
    ref: string;
}

export interface GetUrlsUrls {
    /** The URL for the disk image. */
    diskImage: string;
    /** The URL for the disk image with secure boot. */
    diskImageSecureboot: string;
    /** The URL for the initramfs image. */
    initramfs: string;
    /** The URL for the installer image. */
    installer: string;
    /** The URL for the installer image with secure boot. */
    installerSecureboot: string;
    /** The URL for the ISO image. */
    iso: string;
    /** The URL for the ISO image with secure boot. */
    isoSecureboot: string;
    /** The URL for the kernel image. */
    kernel: string;
    /** The URL for the kernel command line. */
    kernelCommandLine: string;
    /** The URL for the PXE image. */
    pxe: string;
    /** The URL for the UKI image. */
    uki: string;
}

export interface GetVersionsFilters {
    /**
     * If set to true, only stable versions will be returned. If set to false, all versions will be
     * returned.
     */
    stableVersionsOnly?: boolean;
}
