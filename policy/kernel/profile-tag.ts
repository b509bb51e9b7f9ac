/** Tag of the policies whose subject the profile of the stack decides. */
export const PROFILE_TAG = "profile";
