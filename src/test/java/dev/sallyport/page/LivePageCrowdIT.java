package dev.sallyport.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.apache.commons.net.ftp.FTPClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** More sessions than the page is told of. */
@Tag("alone")
class LivePageCrowdIT extends InBrowser {

    private static final int SESSIONS = 1_100;
    private static final int TOLD = 1_000;
    private static final int LOGINS_AT_ONCE = 16;
    private static final int TRANSFERRING = 20;

    /** What is in view, on this screen, and a few around it. */
    private static final int MOST_ROWS = 70;

    /** A session that the stream does not tell of. */
    private static final String UNTOLD = """
            (async () => {
              const told = await new Promise((done) => {
                const stream = new EventSource('api/events');
                stream.addEventListener('sessions', ({ data }) => {
                  stream.close();
                  done(new Set(JSON.parse(data).changed.map(({ id }) => id)));
                });
              });
              const { sessions } = await (await fetch('api/sessions?limit=5000')).json();
              return sessions.find(({ id }) => !told.has(id)).id;
            })()""";

    @Test
    void page_ofManySessions_staysSmall_andUsable() throws Exception {
        var clients = login();
        tab.awaitText("#total-sessions", "1,100");
        tab.awaitText("#sessions-note", "1,000 of 1,100");
        for (var i = 0; i < TRANSFERRING; i++) {
            clients.get(i).pasv();
        }
        tab.awaitText("#total-waiting", Integer.toString(TRANSFERRING));
        assertThat(rows()).isLessThan(MOST_ROWS);

        tab.press("1");
        tab.press("End");
        tab.await("document.activeElement.closest('tr')?.ariaRowIndex === '" + (TOLD + 1) + "'");
        assertThat(rows()).isLessThan(MOST_ROWS);
        tab.press("Home");
        tab.await("document.activeElement.closest('tr')?.ariaRowIndex === '2'");

        var untold = tab.evaluate(UNTOLD).asString();
        assertThat(tab.evaluate("!document.querySelector(" + Tab.quoted(row(untold)) + ")").asBoolean()).isTrue();
        tab.press("/");
        tab.type(untold);
        tab.await("document.querySelector(" + Tab.quoted(row(untold)) + ")?.innerText");
        tab.press("Escape");
        tab.awaitText("#sessions-note", "1,000 of 1,100");
        tab.evaluate("location.hash = '#session=" + untold + "'");
        tab.awaitText("#details-fields", untold);
        tab.click("#details-end");
        tab.type(Watched.TOKEN);
        tab.press("Enter");
        tab.awaitText("#said", untold + " is ended");
        tab.awaitText("#total-sessions", "1,099");
        tab.awaitText("#details-ended", "has ended");
        assertThat(tab.complaints())
                .as("what has ended was asked for").allSatisfy(complaint -> assertThat(complaint).contains("404"));
    }

    private List<FTPClient> login() throws Exception {
        var clients = new ArrayList<FTPClient>();
        try (var threads = Executors.newFixedThreadPool(LOGINS_AT_ONCE)) {
            for (var login : threads.invokeAll(Collections.<Callable<FTPClient>>nCopies(SESSIONS, gateway::login))) {
                clients.add(login.get());
            }
        }
        return clients;
    }

    private int rows() {
        return tab.evaluate("document.querySelectorAll('#rows tr').length").asInt();
    }
}
