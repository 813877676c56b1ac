// A training in C that optwatch watches, pauses, resumes and stops.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int events, paused, stopped;
static long at;  // of control.jsonl, up to which it is read
static char start[32];
static struct stat made;

static void event(const char *rest) {
    char line[1024];
    int n = snprintf(line, sizeof line, "{\"event\": %s, \"time\": %ld}\n", rest, (long)time(NULL));
    if (write(events, line, n) != n) perror("events.jsonl");
}

static int member(const char *line, const char *key, char *value, int size) {
    char mark[32];
    snprintf(mark, sizeof mark, "\"%s\":\"", key);  // monitors write no blanks
    const char *p = strstr(line, mark);
    if (!p) return 0;
    for (p += strlen(mark); *p && *p != '"' && *p != '\\' && size > 1; size--) *value++ = *p++;
    *value = 0;
    return *p == '"';
}

static void command(const char *line) {
    char id[64], of[64], kind[16], rest[256], *why = "";
    if (!member(line, "id", id, sizeof id) || !member(line, "start", of, sizeof of) || !member(line, "kind", kind, sizeof kind)) return;
    if (strcmp(of, start)) why = "it was meant for a start of the run that has ended";
    else if (!strcmp(kind, "pause")) paused = 1, event("\"state\", \"state\": \"paused\"");
    else if (!strcmp(kind, "resume")) paused = 0, event("\"state\", \"state\": \"running\"");
    else if (!strcmp(kind, "stop")) stopped = 1;
    else why = "not in this program";
    snprintf(rest, sizeof rest, "\"answer\", \"id\": \"%s\", \"ok\": %s, \"text\": \"%s\"", id, *why ? "false" : "true", why);
    event(rest);
}

static void look(void) {
    struct stat s;
    if (lstat("control.jsonl", &s) || !S_ISREG(s.st_mode) || s.st_ino != made.st_ino || s.st_uid != geteuid() || s.st_mode & 022) {
        paused = 0;
        return;
    }
    if (s.st_size <= at) return;
    FILE *f = fopen("control.jsonl", "r");
    if (!f) return;
    char line[4096];
    fseek(f, at, SEEK_SET);
    while (fgets(line, sizeof line, f) && strchr(line, '\n')) at = ftell(f), command(line);
    fclose(f);
}

static void begin(long steps) {
    char host[64] = "", run[512], rest[600];
    gethostname(host, sizeof host - 1);
    snprintf(start, sizeof start, "%ld-%d", (long)time(NULL), (int)getpid());
    events = open("events.jsonl", O_WRONLY | O_CREAT | O_APPEND, 0644);
    close(open("control.jsonl", O_WRONLY | O_CREAT, 0600));
    if (events < 0 || lstat("control.jsonl", &made)) perror("events.jsonl and control.jsonl");
    at = made.st_size;
    snprintf(run, sizeof run, "{\"optwatch\": 1, \"start\": \"%s\", \"pid\": %d, \"host\": \"%s\", \"uid\": %d, \"control\": %lu, \"total_steps\": %ld}",
             start, (int)getpid(), host, (int)geteuid(), (unsigned long)made.st_ino, steps);
    FILE *f = fopen("run.json.part", "w");
    if (!f || fputs(run, f) < 0 || fclose(f) || rename("run.json.part", "run.json")) perror("run.json");
    snprintf(rest, sizeof rest, "\"start\", \"run\": %s", run);
    event(rest);
}

int main(void) {
    double loss = 1;
    begin(100000);
    for (long step = 0; step < 100000 && !stopped; step++) {
        char rest[128];
        usleep(1000), loss *= 0.999;
        snprintf(rest, sizeof rest, "\"log\", \"step\": %ld, \"values\": {\"loss\": %.17g}", step, loss);
        event(rest);
        look();
        while (paused && !stopped) usleep(50000), look();
    }
    event(stopped ? "\"state\", \"state\": \"stopped\"" : "\"state\", \"state\": \"finished\"");
    return 0;
}
