/*
 * bcryptprimitives.dll for Wine.
 *
 * A Go program for Windows asks this DLL of Windows' for its random numbers, and does not start without it. Debian's
 * Wine 8.0 has no such DLL. So here it is, over what programs asked before there was one: SystemFunction036 of advapi32,
 * which the documentation calls RtlGenRandom. It is put into the tests' Wine alone.
 */
typedef unsigned char byte;

__declspec(dllimport) byte __stdcall SystemFunction036(void *data, unsigned long size);

__declspec(dllexport) int __stdcall ProcessPrng(byte *data, unsigned long long size)
{
	const unsigned long long most = 1 << 20;

	while (size > 0) {
		unsigned long part = (unsigned long)(size < most ? size : most);

		if (!SystemFunction036(data, part))
			return 0;
		data += part;
		size -= part;
	}
	return 1;
}
