package dev.sallyport.admin.http;

import org.jspecify.annotations.Nullable;

/**
 * Who may change something, and whom the server proves to be. They may be taken anew while it runs.
 *
 * @param token what a changing call must bring; null: nothing can be changed
 * @param identity for TLS; null for none
 */
public record Credentials(@Nullable BearerToken token, @Nullable Identity identity) {

    /** Nothing can be changed, and nothing is encrypted. */
    public static final Credentials NONE = new Credentials(null, null);
}
