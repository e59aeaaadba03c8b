package dev.sallyport.admin.http;

import dev.sallyport.ftp.Endpoint;
import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/**
 * @param listen where it is asked; beyond loopback only with {@code tls} and {@code token}
 * @param token what a changing call must bring; null: nothing can be changed
 * @param tls null for none
 */
public record HttpSettings(Endpoint listen, @Nullable BearerToken token, @Nullable SslContext tls) {

    /** @throws IllegalArgumentException when strangers could listen, or change something */
    public HttpSettings {
        if (!listen.address().isLoopbackAddress() && (tls == null || token == null)) {
            throw new IllegalArgumentException(listen + " is not on loopback: that needs both a token and TLS");
        }
    }
}
