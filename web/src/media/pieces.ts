// Pieces of the recording that the server has not acknowledged, in IndexedDB: a crash, a reload or
// an outage loses none of them.

export interface Piece {
  session_id: string;
  part_id: string;
  number: number;
  mime: string;
  start_s: number;
  duration_s: number;
  sha256: string;
  content: ArrayBuffer;
}

export interface PartNote {
  part_id: string;
  session_id: string;
  chunks: number;
  duration_s: number;
  closed: boolean;
}

/** Where pieces wait. Two of them: IndexedDB, and memory where the browser has none (private mode). */
export interface PieceStore {
  add(piece: Piece, note: PartNote): Promise<void>;
  note(note: PartNote): Promise<void>;
  oldest(session_id: string): Promise<Piece | null>;
  count(session_id: string): Promise<number>;
  remove(piece: Piece): Promise<void>;
  parts(session_id: string): Promise<PartNote[]>;
  forget(part_id: string): Promise<void>;
}

export async function openPieces(): Promise<PieceStore> {
  try {
    return new DbPieces(await openDb());
  } catch {
    return new MemoryPieces();
  }
}

function openDb(): Promise<IDBDatabase> {
  const request = indexedDB.open("vivavoce-recording", 1);
  request.onupgradeneeded = () => {
    const pieces = request.result.createObjectStore("pieces", {
      keyPath: ["session_id", "part_id", "number"],
    });
    pieces.createIndex("session", "session_id");
    const parts = request.result.createObjectStore("parts", { keyPath: "part_id" });
    parts.createIndex("session", "session_id");
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

  add(piece: Piece, note: PartNote): Promise<void> {
    return this.write((pieces, parts) => {
      pieces.put(piece);
      parts.put(note);
    });
  }

  note(note: PartNote): Promise<void> {
    return this.write((_, parts) => parts.put(note));
  }

  async oldest(session_id: string): Promise<Piece | null> {
    const pieces = this.db.transaction("pieces").objectStore("pieces");
    const cursor = await asked(pieces.index("session").openCursor(IDBKeyRange.only(session_id)));
    return (cursor?.value as Piece | undefined) ?? null;
  }

  count(session_id: string): Promise<number> {
    const pieces = this.db.transaction("pieces").objectStore("pieces");
    return asked(pieces.index("session").count(IDBKeyRange.only(session_id)));
  }

  remove(piece: Piece): Promise<void> {
    return this.write((pieces) => {
      pieces.delete([piece.session_id, piece.part_id, piece.number]);
    });
  }

  parts(session_id: string): Promise<PartNote[]> {
    const parts = this.db.transaction("parts").objectStore("parts");
    return asked(parts.index("session").getAll(IDBKeyRange.only(session_id)));
  }

  forget(part_id: string): Promise<void> {
    return this.write((_, parts) => parts.delete(part_id));
  }

  private write(change: (pieces: IDBObjectStore, parts: IDBObjectStore) => void): Promise<void> {
    const transaction = this.db.transaction(["pieces", "parts"], "readwrite");
    change(transaction.objectStore("pieces"), transaction.objectStore("parts"));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  }
}

/** As long as the page lives. */
export class MemoryPieces implements PieceStore {
  private pieces: Piece[] = [];
  private notes = new Map<string, PartNote>();

  async add(piece: Piece, note: PartNote): Promise<void> {
    this.pieces.push(piece);
    this.notes.set(note.part_id, note);
  }

  async note(note: PartNote): Promise<void> {
    this.notes.set(note.part_id, note);
  }

  async oldest(session_id: string): Promise<Piece | null> {
    return this.pieces.find((piece) => piece.session_id === session_id) ?? null;
  }

  async count(session_id: string): Promise<number> {
    return this.pieces.filter((piece) => piece.session_id === session_id).length;
  }

  async remove(piece: Piece): Promise<void> {
    this.pieces = this.pieces.filter((item) => item !== piece);
  }

  async parts(session_id: string): Promise<PartNote[]> {
    return [...this.notes.values()].filter((note) => note.session_id === session_id);
  }

  async forget(part_id: string): Promise<void> {
    this.notes.delete(part_id);
  }
}
