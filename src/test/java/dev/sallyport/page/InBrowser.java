package dev.sallyport.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.lab.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A browser with the live page of a real gateway. What the browser has to complain of in the end fails the test. */
@Tag("system")
@Timeout(120)
abstract class InBrowser {

    static final int WIDE = 1440;
    static final int HIGH = 900;

    private static @Nullable Chromium browser;

    @TempDir
    Path folder;

    /** Unless a test has another. */
    @SuppressWarnings("NullAway.Init")
    EmbeddedServer server;
    @SuppressWarnings("NullAway.Init")
    Watched gateway;
    @SuppressWarnings("NullAway.Init")
    Tab tab;

    @BeforeAll
    static void startBrowser(@TempDir Path folder) throws Exception {
        browser = Chromium.start(folder);
    }

    @AfterAll
    static void endBrowser() throws Exception {
        // There is none where it is not installed.
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        gateway = new Watched(folder, startServer());
        tab = Objects.requireNonNull(browser).open();
        tab.size(WIDE, HIGH);
        tab.go(gateway.address());
        tab.awaitText("#link", "Live");
    }

    @AfterEach
    void close() throws Exception {
        try (var _ = gateway; var _ = tab) {
            tab.evaluate("'what was said before has come'");
            assertThat(tab.complaints()).as("errors, exceptions, violations of the policy").isEmpty();
            assertThat(tab.requestsBeyond(gateway.address())).isEmpty();
        } finally {
            stopServer();
        }
    }

    void stopServer() throws Exception {
        server.close();
    }

    /** @return where the FTP server is that the gateway leads to: {@code ADDRESS:PORT} */
    String startServer() throws IOException {
        server = EmbeddedServer.start();
        return server.address().toString();
    }

    /** Selects a session's row. */
    static String row(String id) {
        return "#rows tr[data-session='" + id + "']";
    }

    /** @return the id of the first session that is shown */
    String firstSession() {
        return tab.await("document.querySelector('#rows tr')?.dataset.session").asString();
    }
}
