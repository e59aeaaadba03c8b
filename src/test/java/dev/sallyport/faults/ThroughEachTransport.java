package dev.sallyport.faults;

import dev.sallyport.datapath.Transport;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests against a server behind a gateway, which they share, once through each transport: whatever they do to it, it serves on. */
@Tag("system")
@ParameterizedClass
@EnumSource(Transport.class)
abstract class ThroughEachTransport {

    final Transport transport;
    final GuardedServer guarded;

    ThroughEachTransport(Transport transport) throws IOException {
        this.transport = transport;
        this.guarded = GuardedServer.through(transport);
    }

    @AfterEach
    void theGatewayServesTheNext() throws IOException {
        guarded.servesTheNext();
    }

    @AfterAll
    static void nothingIsLeft() throws IOException {
        GuardedServer.closeAll();
    }
}
