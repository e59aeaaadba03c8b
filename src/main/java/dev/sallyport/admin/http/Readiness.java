package dev.sallyport.admin.http;

import java.util.List;

/** Whether clients can be served. */
@FunctionalInterface
public interface Readiness {

    /** What is in the way, a sentence each; empty when nothing is. */
    List<String> obstacles();
}
