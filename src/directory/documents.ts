/** Shared by all documents of the directory: who changed them and when, and their versions. */
import { Types } from 'mongoose';

/** Who changed a document, and when; in every document. */
export interface Attributed {
  _id: Types.ObjectId;
  /** The ETag. */
  version: number;
  createdAt: Date;
  createdBy: Types.ObjectId;
  updatedAt: Date;
  updatedBy: Types.ObjectId;
}

/** The mongoose fields of `Attributed`. */
export const ATTRIBUTION_FIELDS = {
  version: { type: Number, required: true },
  createdAt: { type: Date, required: true },
  createdBy: { type: Types.ObjectId, required: true },
  updatedAt: { type: Date, required: true },
  updatedBy: { type: Types.ObjectId, required: true },
} as const;

/** Attribution of a new document. */
export const created = (
  by: Types.ObjectId,
  at: Date,
): Pick<Attributed, 'version' | 'createdAt' | 'createdBy' | 'updatedAt' | 'updatedBy'> => ({
  version: 1,
  createdAt: at,
  createdBy: by,
  updatedAt: at,
  updatedBy: by,
});

/** The attribution as the API shows it. */
export const attributionView = ({ createdAt, createdBy, updatedAt, updatedBy, version }: Attributed) => ({
  createdAt: createdAt.toISOString(),
  createdBy: createdBy.toHexString(),
  updatedAt: updatedAt.toISOString(),
  updatedBy: updatedBy.toHexString(),
  version,
});
