#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SELF __attribute__((swift_context)) void *

typedef __attribute__((swiftcall)) void (*Lock)(uint32_t thread, SELF);
typedef __attribute__((swiftcall)) void (*Unlock)(SELF);

__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

__attribute__((swiftcall)) void lock(uint32_t thread, SELF handle) __asm__(LOCK);
__attribute__((swiftcall)) void unlock(SELF handle) __asm__(UNLOCK);

static Lock lockInLibrary;
static Unlock unlockInLibrary;

__attribute__((constructor)) static void find(void) {
    lockInLibrary = (Lock)dlsym(RTLD_NEXT, LOCK);
    unlockInLibrary = (Unlock)dlsym(RTLD_NEXT, UNLOCK);
}

__attribute__((swiftcall)) void lock(uint32_t thread, SELF handle) {
    lockInLibrary(thread, handle);
    if (__tsan_acquire) __tsan_acquire(handle);
}

__attribute__((swiftcall)) void unlock(SELF handle) {
    if (__tsan_release) __tsan_release(handle);
    unlockInLibrary(handle);
}
