package dev.sallyport.telemetry;

import dev.sallyport.ftp.Verb;

/** What a transfer moves, and where to. */
public enum Direction {
    DOWNLOAD,
    UPLOAD,
    LISTING;

    /** @param verb a transfer command */
    public static Direction of(Verb verb) {
        return switch (verb.role()) {
            case UPLOAD -> UPLOAD;
            case LISTING -> LISTING;
            default -> DOWNLOAD;
        };
    }
}
