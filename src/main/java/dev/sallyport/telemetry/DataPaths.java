package dev.sallyport.telemetry;

import dev.sallyport.session.DataProtection;

/**
 * Who carries the data connections of a gateway.
 *
 * @param clear those without TLS that the gateway ends
 * @param secured those with TLS on a side
 */
public record DataPaths(DataPathKind clear, DataPathKind secured) {

    /** One carries all. */
    public static DataPaths all(DataPathKind kind) {
        return new DataPaths(kind, kind);
    }

    public DataPathKind of(DataProtection protection) {
        return protection.any() ? secured : clear;
    }
}
