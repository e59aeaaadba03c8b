package dev.sallyport.telemetry.journal;

/** What names somebody, and may be left out of the log. */
public enum Told {
    CLIENT,
    SERVER,
    USER,
    PATH
}
