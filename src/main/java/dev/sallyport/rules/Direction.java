package dev.sallyport.rules;

import dev.sallyport.ftp.Verb;
import org.jspecify.annotations.Nullable;

/** Which way a transfer goes. */
public enum Direction {
    DOWNLOAD,
    UPLOAD,
    LISTING;

    /** The direction of a verb's transfer; null when it transfers nothing. */
    public static @Nullable Direction of(Verb verb) {
        return switch (verb.role()) {
            case DOWNLOAD -> DOWNLOAD;
            case UPLOAD -> UPLOAD;
            case LISTING -> LISTING;
            case PLAIN, LOGIN, SECURITY, PASSIVE, ACTIVE, UNSUPPORTED -> null;
        };
    }
}
