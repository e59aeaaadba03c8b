package dev.sallyport.cli;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that is asked over HTTP, a new one for each test, and the document of what it answers. */
@Tag("system")
@Timeout(120)
abstract class OverHttp {

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    HttpGateway gate;
    @SuppressWarnings("NullAway.Init")
    ApiDocument document;

    @BeforeEach
    void start() throws Exception {
        gate = startGateway();
        document = ApiDocument.parse(gate.get("/api/openapi.json").body());
    }

    /** Unless a test has another. */
    HttpGateway startGateway() throws Exception {
        return HttpGateway.start(folder);
    }

    @AfterEach
    void stop() {
        gate.close();
    }
}
