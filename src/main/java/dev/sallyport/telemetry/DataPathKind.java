package dev.sallyport.telemetry;

/** Who carries the data of a gateway, as metrics tell it. */
public enum DataPathKind {
    RELAY,
    KERNEL,
    /** Nobody of us: it is only watched. */
    WATCHED
}
