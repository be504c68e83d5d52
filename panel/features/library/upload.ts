import { type AreaId, Asset, Problem } from '#protocol'
import { currentLang } from '../../i18n/index.ts'
import { queryString, Refusal } from '../../transport.ts'

/**
 * Sends a file as it is. By XMLHttpRequest, because only that says how far an upload is.
 * @throws Refusal
 */
export const uploadFile = (
  file: File,
  areaId: AreaId,
  onProgress: (share: number) => void,
): Promise<Asset> =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `/api/assets${queryString({ name: file.name, areaId })}`)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.setRequestHeader('accept-language', currentLang())
    request.responseType = 'json'
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0)
    request.onerror = () => reject(new Refusal('offline', ''))
    request.onload = () => {
      const asset = Asset.safeParse(request.response).data
      if (asset) return resolve(asset)
      const problem = Problem.safeParse(request.response).data
      return reject(
        problem
          ? new Refusal(problem.code, problem.title, problem.fields)
          : new Refusal('unreadable', ''),
      )
    }
    request.send(file)
  })
