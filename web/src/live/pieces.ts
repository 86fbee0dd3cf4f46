// Pieces of the recording that the server has not acknowledged, in IndexedDB: a crash, a reload or
// an outage loses none of them.
export interface Piece {
  sessionId: string;
  partId: string;
  number: number;
  mime: string;
  startS: number;
  durationS: number;
  sha256: string;
  content: ArrayBuffer;
}

/** A part: one run of the recorder. `closed` parts get no more pieces. */
export interface Part {
  sessionId: string;
  partId: string;
  chunks: number;
  durationS: number;
  closed: boolean;
}

export interface PieceStore {
  add(piece: Piece, part: Part): Promise<void>;
  putPart(part: Part): Promise<void>;
  oldest(sessionId: string): Promise<Piece | null>;
  count(sessionId: string): Promise<number>;
  remove(piece: Piece): Promise<void>;
  parts(sessionId: string): Promise<Part[]>;
  removePart(part: Part): Promise<void>;
}

/** IndexedDB, or memory where the browser has none (private windows). */
export async function openPieces(): Promise<PieceStore> {
  try {
    return new DbPieces(await openDb());
  } catch {
    return new MemoryPieces();
  }
}

function openDb(): Promise<IDBDatabase> {
  const request = indexedDB.open("vivavoce-live", 1);
  request.onupgradeneeded = () => {
    const keyPath = ["sessionId", "partId", "number"];
    const pieces = request.result.createObjectStore("pieces", { keyPath });
    pieces.createIndex("session", "sessionId");
    const parts = request.result.createObjectStore("parts", { keyPath: ["sessionId", "partId"] });
    parts.createIndex("session", "sessionId");
  };
  return asked(request);
}

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

class DbPieces implements PieceStore {
  constructor(private readonly db: IDBDatabase) {}

  add(piece: Piece, part: Part): Promise<void> {
    return this.write((pieces, parts) => {
      pieces.put(piece);
      parts.put(part);
    });
  }

  putPart(part: Part): Promise<void> {
    return this.write((_, parts) => parts.put(part));
  }

  async oldest(sessionId: string): Promise<Piece | null> {
    const cursor = await asked(this.of("pieces").openCursor(IDBKeyRange.only(sessionId)));
    return (cursor?.value as Piece | undefined) ?? null;
  }

  count(sessionId: string): Promise<number> {
    return asked(this.of("pieces").count(IDBKeyRange.only(sessionId)));
  }

  remove({ sessionId, partId, number }: Piece): Promise<void> {
    return this.write((pieces) => pieces.delete([sessionId, partId, number]));
  }

  parts(sessionId: string): Promise<Part[]> {
    return asked(this.of("parts").getAll(IDBKeyRange.only(sessionId)));
  }

  removePart({ sessionId, partId }: Part): Promise<void> {
    return this.write((_, parts) => parts.delete([sessionId, partId]));
  }

  private of(store: "pieces" | "parts"): IDBIndex {
    return this.db.transaction(store).objectStore(store).index("session");
  }

  private write(change: (pieces: IDBObjectStore, parts: IDBObjectStore) => void): Promise<void> {
    const transaction = this.db.transaction(["pieces", "parts"], "readwrite");
    change(transaction.objectStore("pieces"), transaction.objectStore("parts"));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }
}

/** As long as the page lives. */
export class MemoryPieces implements PieceStore {
  private readonly pieces = new Map<string, Piece>();
  private readonly notes = new Map<string, Part>();

  async add(piece: Piece, part: Part): Promise<void> {
    this.pieces.set(`${piece.partId}/${piece.number}`, piece);
    await this.putPart(part);
  }

  async putPart(part: Part): Promise<void> {
    this.notes.set(part.partId, part);
  }

  async oldest(sessionId: string): Promise<Piece | null> {
    return this.ofSession(sessionId)[0] ?? null;
  }

  async count(sessionId: string): Promise<number> {
    return this.ofSession(sessionId).length;
  }

  async remove(piece: Piece): Promise<void> {
    this.pieces.delete(`${piece.partId}/${piece.number}`);
  }

  async parts(sessionId: string): Promise<Part[]> {
    return [...this.notes.values()].filter((part) => part.sessionId === sessionId);
  }

  async removePart(part: Part): Promise<void> {
    this.notes.delete(part.partId);
  }

  private ofSession(sessionId: string): Piece[] {
    return [...this.pieces.values()].filter((piece) => piece.sessionId === sessionId);
  }
}
