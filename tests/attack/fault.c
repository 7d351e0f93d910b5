/* A preload library: counts the calls below given folders, and fails, shortens or kills at the n-th.

   The C library's functions are replaced by ones that call them. Tests steer it by the functions at the end. */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum call { OPEN, CREATE, READ, WRITE, SYNC, RENAME, CLOSE, STAT, MKDIR, REMOVE, MAP, LIST, LOCK, CALLS };
enum action { COUNT, FAIL, SHORTEN, KILL };

static const char *const names[CALLS] = {
    "open", "create", "read", "write", "fsync", "rename", "close", "stat", "mkdir", "unlink", "mmap", "readdir", "flock"};

/* In memory shared with the processes that this one forks, so that calls of all of them count. */
struct state {
    long each[CALLS]; /* calls below the folders, of each kind */
    long counted;     /* calls of the chosen kinds */
    long hit;         /* of these, how many failed, were short, or killed */
    long first, times;
    int action, error;
    unsigned chosen; /* bit 1 << call for each kind that counts */
    char last[256];  /* the last call that was hit, and its file */
};

#define FOLDERS 4
#define DESCRIPTORS 4096
static struct state *state;
static char folders[FOLDERS][PATH_MAX];
static char of[DESCRIPTORS][160]; /* the end of the path of each open file below the folders; else "" */

static int is_possible(enum call call, int error) {
    switch (error) {
    case EINTR: return call == OPEN || call == CREATE || call == READ || call == WRITE || call == SYNC || call == LOCK;
    case ENOSPC: return call == WRITE || call == SYNC || call == MKDIR || call == RENAME || call == CLOSE || call == CREATE;
    case EACCES: return call == OPEN || call == CREATE || call == STAT || call == MKDIR || call == REMOVE || call == RENAME || call == LIST;
    case ENOMEM: return call == OPEN || call == READ || call == MAP || call == STAT || call == LIST;
    default: return 1;
    }
}

/* Writes the path without "." and ".." and, where it is relative, from the current folder. */
static void absolute(const char *path, char *result) {
    char joined[2 * PATH_MAX + 2], *part, *rest;
    size_t length = 0;
    if (path[0] == '/') snprintf(joined, sizeof joined, "%s", path);
    else {
        char here[PATH_MAX];
        snprintf(joined, sizeof joined, "%s/%s", getcwd(here, sizeof here) ? here : "", path);
    }
    result[0] = 0;
    for (part = strtok_r(joined, "/", &rest); part; part = strtok_r(NULL, "/", &rest)) {
        if (!strcmp(part, ".")) continue;
        if (!strcmp(part, "..")) {
            char *end = strrchr(result, '/');
            length = end ? (size_t)(end - result) : 0;
        } else if (length + strlen(part) + 2 < PATH_MAX)
            length += (size_t)sprintf(result + length, "/%s", part);
        result[length] = 0;
    }
}

/* Returns what to call the file in a report, or NULL if it is not below the folders. */
static const char *below(int folder, const char *path, char *kept) {
    if (!state || !path) return NULL;
    if (folder != AT_FDCWD && path[0] != '/') {
        if (folder < 0 || folder >= DESCRIPTORS || !of[folder][0]) return NULL;
        snprintf(kept, PATH_MAX, "%.1000s/%.1000s", of[folder], path);
        return kept;
    }
    absolute(path, kept);
    for (int number = 0; number < FOLDERS && folders[number][0]; number++) {
        size_t length = strlen(folders[number]);
        if (!strncmp(kept, folders[number], length) && (!kept[length] || kept[length] == '/'))
            return kept[length] ? kept + length : "/";
    }
    return NULL;
}

static const char *open_file(int descriptor) {
    return state && descriptor >= 0 && descriptor < DESCRIPTORS && of[descriptor][0] ? of[descriptor] : NULL;
}

static int keep(int descriptor, const char *file) {
    if (descriptor >= 0 && descriptor < DESCRIPTORS) {
        size_t length = file ? strlen(file) : 0, most = sizeof of[0] - 1;
        snprintf(of[descriptor], sizeof of[0], "%s", !file ? "" : length > most ? file + length - most : file);
    }
    return descriptor;
}

/* Counts a call; returns -1 with errno set if it is to fail, 1 if it is to be short, else 0. */
static int hit(enum call call, const char *file) {
    if (!file) return 0;
    __atomic_fetch_add(&state->each[call], 1, __ATOMIC_SEQ_CST);
    if (!(state->chosen & 1u << call)) return 0;
    long number = __atomic_fetch_add(&state->counted, 1, __ATOMIC_SEQ_CST);
    if (state->action == COUNT || number < state->first || number - state->first >= state->times) return 0;
    if (state->action == SHORTEN && call != READ && call != WRITE) return 0;
    int error = is_possible(call, state->error) ? state->error : EIO;
    __atomic_fetch_add(&state->hit, 1, __ATOMIC_SEQ_CST);
    snprintf(state->last, sizeof state->last, "%s %.200s%s%s", names[call], file,
             state->action == FAIL ? ": " : "", state->action == FAIL ? strerrorname_np(error) : "");
    if (state->action == KILL) kill(0, SIGKILL);
    if (state->action == SHORTEN) return 1;
    errno = error;
    return -1;
}

#define REAL(result, name, ...)                                                                                   \
    static result (*real)(__VA_ARGS__);                                                                           \
    if (!real) real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

#define MODE(flags)                                                                                               \
    mode_t mode = 0;                                                                                              \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {                                                                      \
        va_list arguments;                                                                                        \
        va_start(arguments, flags);                                                                               \
        mode = va_arg(arguments, mode_t);                                                                         \
        va_end(arguments);                                                                                        \
    }

#define KIND(flags) ((flags) & (O_CREAT | O_TRUNC | O_WRONLY) ? CREATE : OPEN)

#define OPEN_FUNCTION(name)                                                                                       \
    int name(const char *path, int flags, ...) {                                                                  \
        REAL(int, name, const char *, int, ...);                                                                  \
        MODE(flags)                                                                                               \
        char kept[PATH_MAX];                                                                                      \
        const char *file = below(AT_FDCWD, path, kept);                                                           \
        return hit(KIND(flags), file) < 0 ? -1 : keep(real(path, flags, mode), file); \
    }
OPEN_FUNCTION(open)
OPEN_FUNCTION(open64)

#define OPENAT_FUNCTION(name)                                                                                     \
    int name(int folder, const char *path, int flags, ...) {                                                      \
        REAL(int, name, int, const char *, int, ...);                                                             \
        MODE(flags)                                                                                               \
        char kept[PATH_MAX];                                                                                      \
        const char *file = below(folder, path, kept);                                                             \
        return hit(KIND(flags), file) < 0 ? -1 : keep(real(folder, path, flags, mode), file);                            \
    }
OPENAT_FUNCTION(openat)
OPENAT_FUNCTION(openat64)

#define FOPEN_FUNCTION(name)                                                                                      \
    FILE *name(const char *path, const char *mode) {                                                              \
        REAL(FILE *, name, const char *, const char *);                                                           \
        char kept[PATH_MAX];                                                                                      \
        const char *file = below(AT_FDCWD, path, kept);                                                           \
        if (hit(mode[0] == 'r' ? OPEN : CREATE, file) < 0) return NULL;                                                                     \
        FILE *opened = real(path, mode);                                                                          \
        if (opened) keep(fileno(opened), file);                                                                   \
        return opened;                                                                                            \
    }
FOPEN_FUNCTION(fopen)
FOPEN_FUNCTION(fopen64)

int close(int descriptor) {
    REAL(int, close, int);
    int failed = hit(CLOSE, open_file(descriptor)); /* the system closes it all the same */
    int error = errno;
    keep(descriptor, NULL);
    int result = real(descriptor);
    if (failed >= 0) return result;
    errno = error;
    return -1;
}

int dup(int descriptor) {
    REAL(int, dup, int);
    return keep(real(descriptor), open_file(descriptor));
}

int dup2(int descriptor, int other) {
    REAL(int, dup2, int, int);
    return keep(real(descriptor, other), open_file(descriptor));
}

int dup3(int descriptor, int other, int flags) {
    REAL(int, dup3, int, int, int);
    return keep(real(descriptor, other, flags), open_file(descriptor));
}

#define FCNTL_FUNCTION(name)                                                                                      \
    int name(int descriptor, int command, ...) {                                                                  \
        REAL(int, name, int, int, ...);                                                                           \
        va_list arguments;                                                                                        \
        va_start(arguments, command);                                                                             \
        void *argument = va_arg(arguments, void *);                                                               \
        va_end(arguments);                                                                                        \
        int result = real(descriptor, command, argument);                                                         \
        if (command == F_DUPFD || command == F_DUPFD_CLOEXEC) keep(result, open_file(descriptor));                \
        return result;                                                                                            \
    }
FCNTL_FUNCTION(fcntl)
FCNTL_FUNCTION(fcntl64)

/* Functions on an open file. */
#define ON_DESCRIPTOR(result, call, name, declared, types, passed)                                                \
    result name declared {                                                                                        \
        REAL(result, name, types);                                                                                \
        return hit(call, open_file(descriptor)) < 0 ? (result)-1 : real passed;                                   \
    }
#define TYPES(...) __VA_ARGS__
#define SIZED(call, name, declared, types, passed)                                                                \
    ssize_t name declared {                                                                                       \
        REAL(ssize_t, name, types);                                                                               \
        int what = hit(call, open_file(descriptor));                                                              \
        if (what < 0) return -1;                                                                                  \
        if (what > 0 && size > 1) size = (size + 1) / 2;                                                          \
        return real passed;                                                                                       \
    }
SIZED(READ, read, (int descriptor, void *into, size_t size), TYPES(int, void *, size_t), (descriptor, into, size))
SIZED(READ, pread, (int descriptor, void *into, size_t size, off_t at), TYPES(int, void *, size_t, off_t), (descriptor, into, size, at))
SIZED(READ, pread64, (int descriptor, void *into, size_t size, off64_t at), TYPES(int, void *, size_t, off64_t), (descriptor, into, size, at))
SIZED(WRITE, write, (int descriptor, const void *from, size_t size), TYPES(int, const void *, size_t), (descriptor, from, size))
SIZED(WRITE, pwrite, (int descriptor, const void *from, size_t size, off_t at), TYPES(int, const void *, size_t, off_t), (descriptor, from, size, at))
SIZED(WRITE, pwrite64, (int descriptor, const void *from, size_t size, off64_t at), TYPES(int, const void *, size_t, off64_t), (descriptor, from, size, at))
SIZED(WRITE, sendfile, (int descriptor, int source, off_t *at, size_t size), TYPES(int, int, off_t *, size_t), (descriptor, source, at, size))
SIZED(WRITE, sendfile64, (int descriptor, int source, off64_t *at, size_t size), TYPES(int, int, off64_t *, size_t), (descriptor, source, at, size))
SIZED(WRITE, copy_file_range, (int source, off64_t *from, int descriptor, off64_t *at, size_t size, unsigned flags), TYPES(int, off64_t *, int, off64_t *, size_t, unsigned), (source, from, descriptor, at, size, flags))
ON_DESCRIPTOR(ssize_t, WRITE, writev, (int descriptor, const struct iovec *parts, int count), TYPES(int, const struct iovec *, int), (descriptor, parts, count))
ON_DESCRIPTOR(ssize_t, READ, readv, (int descriptor, const struct iovec *parts, int count), TYPES(int, const struct iovec *, int), (descriptor, parts, count))
ON_DESCRIPTOR(int, WRITE, ftruncate, (int descriptor, off_t size), TYPES(int, off_t), (descriptor, size))
ON_DESCRIPTOR(int, WRITE, ftruncate64, (int descriptor, off64_t size), TYPES(int, off64_t), (descriptor, size))
ON_DESCRIPTOR(int, STAT, fstat, (int descriptor, struct stat *into), TYPES(int, struct stat *), (descriptor, into))
ON_DESCRIPTOR(int, STAT, fstat64, (int descriptor, struct stat64 *into), TYPES(int, struct stat64 *), (descriptor, into))
/* By which libraries built on older systems call the same. */
ON_DESCRIPTOR(int, STAT, __fxstat, (int version, int descriptor, struct stat *into), TYPES(int, int, struct stat *), (version, descriptor, into))
ON_DESCRIPTOR(int, LOCK, flock, (int descriptor, int how), TYPES(int, int), (descriptor, how))

/* Whether it reached the disk shows only after a power cut, so files are not flushed, which saves time. */
int fsync(int descriptor) { return hit(SYNC, open_file(descriptor)) < 0 ? -1 : 0; }
int fdatasync(int descriptor) { return hit(SYNC, open_file(descriptor)) < 0 ? -1 : 0; }

/* Functions on a path, or on one below an open folder. */
#define ON_PATH(call, name, declared, types, passed)                                                              \
    int name declared {                                                                                           \
        REAL(int, name, types);                                                                                   \
        char kept[PATH_MAX];                                                                                      \
        return hit(call, below(AT_FDCWD, path, kept)) < 0 ? -1 : real passed;                                     \
    }
#define IN_FOLDER(call, name, declared, types, passed)                                                            \
    int name declared {                                                                                           \
        REAL(int, name, types);                                                                                   \
        char kept[PATH_MAX];                                                                                      \
        return hit(call, below(folder, path, kept)) < 0 ? -1 : real passed;                                       \
    }
ON_PATH(STAT, stat, (const char *path, struct stat *into), TYPES(const char *, struct stat *), (path, into))
ON_PATH(STAT, stat64, (const char *path, struct stat64 *into), TYPES(const char *, struct stat64 *), (path, into))
ON_PATH(STAT, lstat, (const char *path, struct stat *into), TYPES(const char *, struct stat *), (path, into))
ON_PATH(STAT, lstat64, (const char *path, struct stat64 *into), TYPES(const char *, struct stat64 *), (path, into))
ON_PATH(STAT, access, (const char *path, int how), TYPES(const char *, int), (path, how))
ON_PATH(STAT, __xstat, (int version, const char *path, struct stat *into), TYPES(int, const char *, struct stat *), (version, path, into))
ON_PATH(STAT, __lxstat, (int version, const char *path, struct stat *into), TYPES(int, const char *, struct stat *), (version, path, into))
IN_FOLDER(STAT, fstatat, (int folder, const char *path, struct stat *into, int flags), TYPES(int, const char *, struct stat *, int), (folder, path, into, flags))
IN_FOLDER(STAT, fstatat64, (int folder, const char *path, struct stat64 *into, int flags), TYPES(int, const char *, struct stat64 *, int), (folder, path, into, flags))
ON_PATH(MKDIR, mkdir, (const char *path, mode_t mode), TYPES(const char *, mode_t), (path, mode))
IN_FOLDER(MKDIR, mkdirat, (int folder, const char *path, mode_t mode), TYPES(int, const char *, mode_t), (folder, path, mode))
ON_PATH(REMOVE, unlink, (const char *path), TYPES(const char *), (path))
ON_PATH(REMOVE, rmdir, (const char *path), TYPES(const char *), (path))
IN_FOLDER(REMOVE, unlinkat, (int folder, const char *path, int flags), TYPES(int, const char *, int), (folder, path, flags))
ON_PATH(RENAME, rename, (const char *other, const char *path), TYPES(const char *, const char *), (other, path))
ON_PATH(RENAME, link, (const char *other, const char *path), TYPES(const char *, const char *), (other, path))
IN_FOLDER(RENAME, renameat, (int source, const char *other, int folder, const char *path), TYPES(int, const char *, int, const char *), (source, other, folder, path))

DIR *opendir(const char *path) {
    REAL(DIR *, opendir, const char *);
    char kept[PATH_MAX];
    const char *file = below(AT_FDCWD, path, kept);
    if (hit(LIST, file) < 0) return NULL;
    DIR *folder = real(path);
    if (folder) keep(dirfd(folder), file);
    return folder;
}

DIR *fdopendir(int descriptor) {
    REAL(DIR *, fdopendir, int);
    return hit(LIST, open_file(descriptor)) < 0 ? NULL : real(descriptor);
}

int closedir(DIR *folder) {
    REAL(int, closedir, DIR *);
    keep(dirfd(folder), NULL);
    return real(folder);
}

#define READDIR_FUNCTION(name, entry)                                                                             \
    struct entry *name(DIR *folder) {                                                                             \
        REAL(struct entry *, name, DIR *);                                                                        \
        return hit(LIST, open_file(dirfd(folder))) < 0 ? NULL : real(folder);                                     \
    }
READDIR_FUNCTION(readdir, dirent)
READDIR_FUNCTION(readdir64, dirent64)

#define MAP_FUNCTION(name, offset)                                                                                \
    void *name(void *at, size_t size, int protection, int flags, int descriptor, offset from) {                   \
        REAL(void *, name, void *, size_t, int, int, int, offset);                                                \
        if (!(flags & MAP_ANONYMOUS) && hit(MAP, open_file(descriptor)) < 0) return MAP_FAILED;                   \
        return real(at, size, protection, flags, descriptor, from);                                               \
    }
MAP_FUNCTION(mmap, off_t)
MAP_FUNCTION(mmap64, off64_t)

/* Watches calls below two folders. Returns a state that this process shares with its forks alone. */
struct state *attack_begin(const char *first, const char *second) {
    snprintf(folders[0], PATH_MAX, "%s", first);
    snprintf(folders[1], PATH_MAX, "%s", second);
    state = NULL;
    struct state *shared = mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return state = shared == MAP_FAILED ? NULL : shared;
}
