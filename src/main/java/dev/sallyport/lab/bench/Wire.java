package dev.sallyport.lab.bench;

import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** The lines of JSON between the benchmark and its load client. */
final class Wire {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private Wire() {}

    static String text(Job job) {
        return JSON.writeValueAsString(job);
    }

    static String text(Outcome outcome) {
        return JSON.writeValueAsString(outcome);
    }

    static Job job(String line) {
        return JSON.readValue(line, Job.class);
    }

    static Outcome outcome(String line) {
        return JSON.readValue(line, Outcome.class);
    }
}
