// A fake libnvidia-ml.so.1. The types are written from the documented layout of
// NVIDIA's nvml.h, not from the Go side, so that each checks the other.
//
// What it answers is in the file that $FAKE_NVML names, read anew at every
// call, so that a test can change it at any moment:
//
//   driver=570.86.10 init=0 load=1      init: what nvmlInit answers; a new load: all
//                                       calls answer 1 until nvmlInit is called again
//   dev uuid=GPU-a name=Fake_H200 bdf=00000000:3B:00.0 util=87 …   a device; a key that
//                                       is missing is "not supported"
//       ret=15                          every call about it answers 15
//       handle=15                       it cannot be opened
//       PowerUsage=4                    nvmlDeviceGetPowerUsage answers 4
//       grow=2                          its process list grows under the first calls
//       wide=1                          version 3 of its process list has 32 bytes a row
//       onlyv1=1                        nvmlDeviceGetMemoryInfo_v2 refuses its version
//       junk=1                          rows of pid 0 and of 200 % among the process shares
//   proc dev=0 pid=12 mem=1024 sm=70 gi=1 ci=0 list=C    a process, in list C, G or M
//   mig dev=0 uuid=MIG-a gi=1 ci=0 total=1 used=1        a MIG instance
//   xid dev=0 value=79 seq=1            an event, delivered once
//   hang dev=0 call=PowerUsage          the call returns when this line is gone
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

typedef int nvmlReturn_t;
typedef struct nvmlDevice_st *nvmlDevice_t;
typedef struct nvmlEventSet_st *nvmlEventSet_t;
typedef unsigned long long u64;

typedef struct {
	char busIdLegacy[16];
	unsigned int domain, bus, device, pciDeviceId, pciSubSystemId;
	char busId[32];
} nvmlPciInfo_t;
typedef struct { unsigned int gpu, memory; } nvmlUtilization_t;
typedef struct { u64 total, free, used; } nvmlMemory_t;
typedef struct { unsigned int version; u64 total, reserved, free, used; } nvmlMemory_v2_t;
typedef struct { unsigned int version; int sensorType; int temperature; } nvmlTemperature_t;
typedef struct { unsigned int pid; u64 usedGpuMemory; } nvmlProcessInfo_v1_t;
typedef struct { unsigned int pid; u64 usedGpuMemory; unsigned int gpuInstanceId, computeInstanceId; } nvmlProcessInfo_v2_t;
typedef struct { nvmlProcessInfo_v2_t info; u64 protectedMemory; } wideProcessInfo;
typedef struct { unsigned int pid; u64 timeStamp; unsigned int smUtil, memUtil, encUtil, decUtil; } nvmlProcessUtilizationSample_t;
typedef union { double dVal; int siVal; unsigned int uiVal; unsigned long ulVal; u64 ullVal; long long sllVal; unsigned short usVal; } nvmlValue_t;
typedef struct {
	unsigned int fieldId, scopeId;
	long long timestamp, latencyUsec;
	int valueType;
	nvmlReturn_t nvmlReturn;
	nvmlValue_t value;
} nvmlFieldValue_t;
typedef struct { nvmlDevice_t device; u64 eventType, eventData; unsigned int gpuInstanceId, computeInstanceId; } nvmlEventData_t;

_Static_assert(sizeof(nvmlPciInfo_t) == 68, "nvmlPciInfo_t");
_Static_assert(sizeof(nvmlUtilization_t) == 8, "nvmlUtilization_t");
_Static_assert(sizeof(nvmlMemory_t) == 24, "nvmlMemory_t");
_Static_assert(sizeof(nvmlMemory_v2_t) == 40, "nvmlMemory_v2_t");
_Static_assert(sizeof(nvmlTemperature_t) == 12, "nvmlTemperature_t");
_Static_assert(sizeof(nvmlProcessInfo_v1_t) == 16, "nvmlProcessInfo_v1_t");
_Static_assert(sizeof(nvmlProcessInfo_v2_t) == 24, "nvmlProcessInfo_v2_t");
_Static_assert(sizeof(nvmlProcessUtilizationSample_t) == 32, "nvmlProcessUtilizationSample_t");
_Static_assert(sizeof(nvmlFieldValue_t) == 40, "nvmlFieldValue_t");
_Static_assert(sizeof(nvmlEventData_t) == 32, "nvmlEventData_t");

enum { OK = 0, UNINITIALIZED = 1, INVALID = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, SMALL = 7, TIMEOUT = 10, VERSION = 25 };
enum { MAX = 32 };

struct nvmlDevice_st { int index, mig; };
static struct nvmlDevice_st devices[MAX];
static u64 loaded, seen;
static int ready, grown;

// scenario is the file's text as it is now.
static char *scenario(void) {
	static __thread char buf[1 << 16];
	const char *path = getenv("FAKE_NVML");
	FILE *f = path ? fopen(path, "r") : NULL;
	size_t n = f ? fread(buf, 1, sizeof buf - 1, f) : 0;
	if (f) fclose(f);
	buf[n] = 0;
	return buf;
}

// next cuts the next line off a text; NULL at its end.
static char *next(char **rest) {
	char *at = *rest;
	if (!at || !*at) return NULL;
	char *end = strchr(at, '\n');
	if (end) *end = 0;
	*rest = end ? end + 1 : NULL;
	return at;
}

static int is(const char *line, const char *word) {
	size_t n = strlen(word);
	return strncmp(line, word, n) == 0 && (line[n] == ' ' || line[n] == 0);
}

// word copies the value of a key of a line; 0 if there is none.
static int word(const char *line, const char *key, char *out, size_t size) {
	size_t n = strlen(key);
	for (const char *at = line; at; at = strpbrk(at, " \n")) {
		at += strspn(at, " \n");
		if (strncmp(at, key, n) == 0 && at[n] == '=') {
			size_t len = strcspn(at + n + 1, " \n");
			if (len >= size) len = size - 1;
			memcpy(out, at + n + 1, len);
			out[len] = 0;
			return 1;
		}
		if (!*at) break;
	}
	return 0;
}

static int number(const char *line, const char *key, u64 *out) {
	char text[64];
	if (!word(line, key, text, sizeof text)) return 0;
	*out = text[0] == '-' ? (u64)strtoll(text, NULL, 10) : strtoull(text, NULL, 0);
	return 1;
}

static u64 value(const char *line, const char *key, u64 otherwise) {
	u64 v = otherwise;
	number(line, key, &v);
	return v;
}

// find is the n-th line that begins with a word and, if dev >= 0, has that dev.
static char *find(char *text, const char *kind, int n, int dev) {
	for (char *line; (line = next(&text));)
		if (is(line, kind) && (dev < 0 || value(line, "dev", 0) == (u64)dev) && n-- == 0) return line;
	return NULL;
}

static int hangs(int dev, const char *call) {
	char *text = scenario(), name[64];
	for (char *line; (line = next(&text));)
		if (is(line, "hang") && value(line, "dev", 0) == (u64)dev && word(line, "call", name, sizeof name) && strcmp(name, call) == 0) return 1;
	return 0;
}

// about is what every call about a device does first.
static nvmlReturn_t about(nvmlDevice_t d, const char *call, char **line) {
	if (!ready) return UNINITIALIZED;
	if (!d) return INVALID;
	while (hangs(d->index, call)) usleep(20000);
	if (value(scenario(), "load", 0) != loaded) return UNINITIALIZED;
	*line = find(scenario(), "dev", d->index, -1);
	if (!*line) return 15;
	u64 ret = value(*line, "ret", 0);
	if (ret) return ret;
	return value(*line, call, 0);
}

// answer is a call that gives one number.
static nvmlReturn_t answer(nvmlDevice_t d, const char *call, const char *key, unsigned int *out) {
	char *line;
	u64 v;
	nvmlReturn_t ret = about(d, call, &line);
	if (ret) return ret;
	if (!number(line, key, &v)) return NOT_SUPPORTED;
	*out = v;
	return OK;
}

nvmlReturn_t nvmlInit_v2(void) {
	while (hangs(0, "Init")) usleep(20000);
	nvmlReturn_t ret = value(scenario(), "init", 0);
	if (ret) return ret;
	loaded = value(scenario(), "load", 0);
	ready = 1;
	return OK;
}
nvmlReturn_t nvmlShutdown(void) {
	ready = 0;
	return OK;
}
nvmlReturn_t nvmlSystemGetDriverVersion(char *out, unsigned int size) {
	return word(scenario(), "driver", out, size) ? OK : NOT_SUPPORTED;
}
nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *n) {
	if (!ready || value(scenario(), "load", 0) != loaded) return UNINITIALIZED;
	for (*n = 0; find(scenario(), "dev", *n, -1);) ++*n;
	return OK;
}
nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int i, nvmlDevice_t *d) {
	char *line = i < MAX ? find(scenario(), "dev", i, -1) : NULL;
	if (!line) return INVALID;
	u64 ret = value(line, "handle", 0);
	if (ret) return ret;
	devices[i].index = i;
	*d = &devices[i];
	return OK;
}
static nvmlReturn_t label(nvmlDevice_t d, const char *call, const char *key, char *out, unsigned int size) {
	char *line;
	nvmlReturn_t ret = about(d, call, &line);
	if (ret) return ret;
	if (d->mig) line = find(scenario(), "mig", d->mig - 1, d->index);
	if (!line || !word(line, key, out, size)) return NOT_SUPPORTED;
	for (; *out; out++)
		if (*out == '_') *out = ' ';
	return OK;
}
nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t d, char *out, unsigned int size) { return label(d, "UUID", "uuid", out, size); }
nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t d, char *out, unsigned int size) { return label(d, "Name", "name", out, size); }
nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t d, nvmlPciInfo_t *pci) {
	memset(pci, 0, sizeof *pci);
	return label(d, "PciInfo", "bdf", pci->busId, sizeof pci->busId);
}
nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t d, nvmlUtilization_t *u) {
	nvmlReturn_t ret = answer(d, "UtilizationRates", "util", &u->gpu);
	return ret ? ret : answer(d, "UtilizationRates", "membw", &u->memory);
}
static nvmlReturn_t memory(nvmlDevice_t d, u64 *total, u64 *reserved, u64 *used) {
	char *line;
	nvmlReturn_t ret = about(d, "MemoryInfo", &line);
	if (ret) return ret;
	if (d->mig) line = find(scenario(), "mig", d->mig - 1, d->index);
	if (!line || !number(line, "total", total)) return NOT_SUPPORTED;
	*used = value(line, "used", 0);
	*reserved = value(line, "reserved", 0);
	return OK;
}
nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t d, nvmlMemory_t *m) {
	u64 reserved;
	nvmlReturn_t ret = memory(d, &m->total, &reserved, &m->used);
	if (ret) return ret;
	if (m->used != ~0ULL) m->used += reserved;
	m->free = m->total - m->used;
	return OK;
}
nvmlReturn_t nvmlDeviceGetTemperature(nvmlDevice_t d, int sensor, unsigned int *t) {
	return sensor ? INVALID : answer(d, "Temperature", "temp", t);
}
nvmlReturn_t nvmlDeviceGetTemperatureThreshold(nvmlDevice_t d, int kind, unsigned int *t) {
	return kind != 1 ? INVALID : answer(d, "TemperatureThreshold", "slow", t);
}
nvmlReturn_t nvmlDeviceGetPowerUsage(nvmlDevice_t d, unsigned int *mw) { return answer(d, "PowerUsage", "power", mw); }
nvmlReturn_t nvmlDeviceGetEnforcedPowerLimit(nvmlDevice_t d, unsigned int *mw) { return answer(d, "EnforcedPowerLimit", "limit", mw); }
nvmlReturn_t nvmlDeviceGetClockInfo(nvmlDevice_t d, int kind, unsigned int *mhz) {
	return kind == 1 ? answer(d, "ClockInfo", "sm", mhz) : kind == 2 ? answer(d, "ClockInfo", "memclk", mhz) : INVALID;
}
nvmlReturn_t nvmlDeviceGetFanSpeed(nvmlDevice_t d, unsigned int *percent) { return answer(d, "FanSpeed", "fan", percent); }
nvmlReturn_t nvmlDeviceGetTotalEccErrors(nvmlDevice_t d, int kind, int counter, u64 *n) {
	char *line;
	nvmlReturn_t ret = about(d, "TotalEccErrors", &line);
	if (ret) return ret;
	if (counter) return INVALID;
	return number(line, kind == 0 ? "sbe" : "dbe", n) ? OK : NOT_SUPPORTED;
}
nvmlReturn_t nvmlDeviceGetCurrentClocksThrottleReasons(nvmlDevice_t d, u64 *bits) {
	char *line;
	nvmlReturn_t ret = about(d, "Reasons", &line);
	if (ret) return ret;
	return number(line, "throttle", bits) ? OK : NOT_SUPPORTED;
}

// listed is the n-th process of a device in a list.
static char *listed(char *text, int dev, const char *list, int n) {
	char which[8];
	for (char *line; (line = next(&text));) {
		if (!is(line, "proc") || value(line, "dev", 0) != (u64)dev) continue;
		if (!word(line, "list", which, sizeof which)) strcpy(which, "C");
		if (strcmp(which, list) == 0 && n-- == 0) return line;
	}
	return NULL;
}

// processes fills a list whose rows have a size; versions differ in the rest.
static nvmlReturn_t processes(nvmlDevice_t d, const char *list, unsigned int *count, void *out, size_t size) {
	char *line;
	nvmlReturn_t ret = about(d, "RunningProcesses", &line);
	if (ret) return ret;
	if (grown < (int)value(line, "grow", 0)) {
		grown++;
		*count += 5;
		return SMALL;
	}
	unsigned int n = 0;
	for (; (line = listed(scenario(), d->index, list, n)); n++) {
		if (n >= *count) continue;
		char *row = (char *)out + n * size;
		memset(row, 0, size);
		nvmlProcessInfo_v2_t info = {value(line, "pid", 0), value(line, "mem", ~0ULL), value(line, "gi", 0xFFFFFFFF), value(line, "ci", 0xFFFFFFFF)};
		memcpy(row, &info, size < sizeof info ? size : sizeof info);
		if (size > sizeof info) ((wideProcessInfo *)row)->protectedMemory = 0xABCDEF0123456789ULL;
	}
	ret = n > *count ? SMALL : OK;
	*count = n;
	return ret;
}
nvmlReturn_t nvmlDeviceGetComputeRunningProcesses(nvmlDevice_t d, unsigned int *n, nvmlProcessInfo_v1_t *out) { return processes(d, "C", n, out, sizeof *out); }
nvmlReturn_t nvmlDeviceGetGraphicsRunningProcesses(nvmlDevice_t d, unsigned int *n, nvmlProcessInfo_v1_t *out) { return processes(d, "G", n, out, sizeof *out); }
nvmlReturn_t nvmlDeviceGetProcessUtilization(nvmlDevice_t d, nvmlProcessUtilizationSample_t *out, unsigned int *count, u64 since) {
	char *line;
	nvmlReturn_t ret = about(d, "ProcessUtilization", &line);
	if (ret) return ret;
	unsigned int n = 0, room = *count;
	u64 sm;
	struct timeval now;
	gettimeofday(&now, NULL);
	u64 at = now.tv_sec * 1000000ULL + now.tv_usec;
	if (value(line, "junk", 0)) {
		nvmlProcessUtilizationSample_t none = {0, at, 50, 0, 0, 0}, mad = {4242, at, 200, 0, 0, 0};
		if (room >= 2) out[0] = none, out[1] = mad;
		n = 2;
	}
	for (int i = 0; (line = find(scenario(), "proc", i, d->index)); i++) {
		if (!number(line, "sm", &sm) || value(line, "at", at) <= since) continue;
		if (n < room) out[n] = (nvmlProcessUtilizationSample_t){value(line, "pid", 0), value(line, "at", at), sm, 0, 0, 0};
		n++;
	}
	*count = n;
	return n == 0 ? NOT_FOUND : n > room ? SMALL : OK;
}

nvmlReturn_t nvmlEventSetCreate(nvmlEventSet_t *set) {
	*set = (nvmlEventSet_t)&seen;
	return OK;
}
nvmlReturn_t nvmlEventSetFree(nvmlEventSet_t set) { return set == (nvmlEventSet_t)&seen ? OK : INVALID; }
nvmlReturn_t nvmlDeviceRegisterEvents(nvmlDevice_t d, u64 types, nvmlEventSet_t set) {
	char *line;
	(void)set;
	nvmlReturn_t ret = about(d, "RegisterEvents", &line);
	return ret ? ret : types == 8 ? OK : INVALID;
}
nvmlReturn_t nvmlEventSetWait_v2(nvmlEventSet_t set, nvmlEventData_t *data, unsigned int milliseconds) {
	(void)set;
	for (unsigned int waited = 0;; waited += 50) {
		char *text = scenario();
		for (char *line; (line = next(&text));) {
			u64 seq = value(line, "seq", 0), dev = value(line, "dev", 0);
			if (!is(line, "xid") || seq <= seen) continue;
			seen = seq;
			*data = (nvmlEventData_t){&devices[dev], 8, value(line, "value", 999), 0xFFFFFFFF, 0xFFFFFFFF};
			return OK;
		}
		if (waited >= milliseconds) return TIMEOUT;
		usleep(50000);
	}
}

#ifndef OLD_DRIVER
nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t d, nvmlMemory_v2_t *m) {
	char *line = d ? find(scenario(), "dev", d->index, -1) : NULL;
	if (m->version != (sizeof *m | 2 << 24) || (line && value(line, "onlyv1", 0))) return VERSION;
	nvmlReturn_t ret = memory(d, &m->total, &m->reserved, &m->used);
	m->free = m->total - m->used - m->reserved;
	return ret;
}
nvmlReturn_t nvmlDeviceGetTemperatureV(nvmlDevice_t d, nvmlTemperature_t *t) {
	if (t->version != (sizeof *t | 1 << 24)) return VERSION;
	if (t->sensorType) return INVALID;
	unsigned int celsius;
	nvmlReturn_t ret = answer(d, "Temperature", "temp", &celsius);
	t->temperature = celsius;
	return ret;
}
nvmlReturn_t nvmlDeviceGetCurrentClocksEventReasons(nvmlDevice_t d, u64 *bits) { return nvmlDeviceGetCurrentClocksThrottleReasons(d, bits); }
static size_t rowSize(nvmlDevice_t d) {
	char *line = d ? find(scenario(), "dev", d->index, -1) : NULL;
	return line && value(line, "wide", 0) ? sizeof(wideProcessInfo) : sizeof(nvmlProcessInfo_v2_t);
}
nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v3(nvmlDevice_t d, unsigned int *n, nvmlProcessInfo_v2_t *out) { return processes(d, "C", n, out, rowSize(d)); }
nvmlReturn_t nvmlDeviceGetGraphicsRunningProcesses_v3(nvmlDevice_t d, unsigned int *n, nvmlProcessInfo_v2_t *out) { return processes(d, "G", n, out, rowSize(d)); }
nvmlReturn_t nvmlDeviceGetMPSComputeRunningProcesses_v3(nvmlDevice_t d, unsigned int *n, nvmlProcessInfo_v2_t *out) { return processes(d, "M", n, out, rowSize(d)); }
nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v2(nvmlDevice_t d, unsigned int *n, nvmlProcessInfo_v2_t *out) { return processes(d, "C", n, out, sizeof *out); }
nvmlReturn_t nvmlDeviceGetGraphicsRunningProcesses_v2(nvmlDevice_t d, unsigned int *n, nvmlProcessInfo_v2_t *out) { return processes(d, "G", n, out, sizeof *out); }
nvmlReturn_t nvmlDeviceGetFieldValues(nvmlDevice_t d, int n, nvmlFieldValue_t *values) {
	static const struct { unsigned int id; const char *key; int each; } known[] = {
		{197, "pcietx", 0}, {198, "pcierx", 0}, {138, "nvtx", 0}, {139, "nvrx", 0}, {202, "linktx", 1}, {204, "linkrx", 1}};
	char *line;
	nvmlReturn_t ret = about(d, "FieldValues", &line);
	if (ret) return ret;
	for (int i = 0; i < n; i++) {
		u64 v = 0;
		values[i].nvmlReturn = NOT_SUPPORTED;
		values[i].valueType = 3;
		for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
			int scoped = known[k].id == 138 || known[k].id == 139;
			if (values[i].fieldId != known[k].id || !number(line, known[k].key, &v)) continue;
			if (scoped && values[i].scopeId != 0xFFFFFFFF) continue;
			if (known[k].each && values[i].scopeId >= 4) continue; // it has four links
			values[i].nvmlReturn = OK;
		}
		values[i].value.ullVal = v;
	}
	return OK;
}
nvmlReturn_t nvmlDeviceGetMigMode(nvmlDevice_t d, unsigned int *current, unsigned int *pending) {
	nvmlReturn_t ret = answer(d, "MigMode", "mig", current);
	*pending = *current;
	return ret;
}
static struct nvmlDevice_st instances[MAX];
nvmlReturn_t nvmlDeviceGetMaxMigDeviceCount(nvmlDevice_t d, unsigned int *n) {
	*n = 7;
	return d ? OK : INVALID;
}
nvmlReturn_t nvmlDeviceGetMigDeviceHandleByIndex(nvmlDevice_t d, unsigned int i, nvmlDevice_t *out) {
	if (!find(scenario(), "mig", i, d->index)) return NOT_FOUND;
	instances[i] = (struct nvmlDevice_st){d->index, i + 1};
	*out = &instances[i];
	return OK;
}
static nvmlReturn_t instance(nvmlDevice_t d, const char *key, unsigned int *id) {
	char *line = d && d->mig ? find(scenario(), "mig", d->mig - 1, d->index) : NULL;
	if (!line) return INVALID;
	*id = value(line, key, 0);
	return OK;
}
nvmlReturn_t nvmlDeviceGetGpuInstanceId(nvmlDevice_t d, unsigned int *id) { return instance(d, "gi", id); }
nvmlReturn_t nvmlDeviceGetComputeInstanceId(nvmlDevice_t d, unsigned int *id) { return instance(d, "ci", id); }
#endif
