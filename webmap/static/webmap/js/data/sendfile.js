import { addBytes, post, request } from "webmap/api";

const TRIES = 8;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/* What is worth another try: no network, a server that is starting, a piece still being written. */
function isPassing(error) {
  return error.status === 0 || error.status >= 502 || error.code === "E-UPLOAD-BUSY";
}

/** An upload of the same name and size that was broken off, or a new one. */
async function begin(file) {
  const { uploads } = await request("/api/v1/uploads");
  const begun = uploads.find((one) => one.state === "receiving" && one.name === file.name && one.bytes === file.size);
  return begun ?? post("/api/v1/uploads", { name: file.name, bytes: file.size });
}

function rest(wait, signal) {
  return new Promise((resume, stop) => {
    const timer = setTimeout(resume, wait);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      stop(signal.reason);
    }, { once: true });
  });
}

/* One piece; over a bad line it is tried again from where the server stands. */
async function sendPiece(upload, file, signal) {
  let offset = upload.received_bytes;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await addBytes(upload.content, offset, file.slice(offset, offset + upload.piece_bytes), signal);
    } catch (error) {
      if (error.code === "E-UPLOAD-OFFSET") {
        offset = error.detail.offset;
      } else if (!isPassing(error) || attempt + 1 >= TRIES) {
        throw error;
      } else {
        await rest(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt), signal);
      }
    }
  }
}

/**
 * Sends a file in pieces; goes on where an earlier try of the same file ended.
 * @param {File} file
 * @param {(share: number, upload: object) => void} onProgress
 * @param {AbortSignal} signal
 * @returns {Promise<object>} the upload, whole
 */
export async function sendFile(file, onProgress, signal) {
  let upload = await begin(file);
  onProgress(upload.received_bytes / file.size, upload);
  while (upload.state === "receiving") {
    upload = await sendPiece(upload, file, signal);
    onProgress(upload.received_bytes / file.size, upload);
  }
  return upload;
}
