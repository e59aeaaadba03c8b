package dev.sallyport.admin.http;

import dev.sallyport.ftp.Endpoint;

/** @param listen where it is asked; beyond loopback only with a token and TLS */
public record HttpSettings(Endpoint listen, Credentials credentials) {

    /** @throws IllegalArgumentException when strangers could listen, or change something */
    public HttpSettings {
        if (!listen.address().isLoopbackAddress() && (credentials.identity() == null || credentials.token() == null)) {
            throw new IllegalArgumentException(listen + " is not on loopback: that needs both a token and TLS");
        }
    }

    /** The same place, others who are let in. */
    HttpSettings with(Credentials others) {
        return new HttpSettings(listen, others);
    }
}
